/** Shells that can be taught to complete. */
export const SHELLS = ['bash', 'zsh', 'fish'] as const;

export type Shell = (typeof SHELLS)[number];

/** What each shell has to run once. It asks `ilab complete` at every Tab, so that names of models are always those that are here. */
export const SCRIPTS: Readonly<Record<Shell, string>> = {
  // Bash takes colons for word breaks; the words are put together again, and the part before the last colon is taken off the answers.
  bash: `_ilab() {
  local line="\${COMP_LINE:0:COMP_POINT}" words current
  read -r -a words <<<"$line"
  [[ "$line" == *' ' ]] && words+=('')
  current="\${words[-1]}"
  local IFS=$'\\n'
  COMPREPLY=($(ilab complete "\${words[@]:1}" 2>/dev/null))
  if [[ "$current" == *:* && "$COMP_WORDBREAKS" == *:* ]]; then
    COMPREPLY=("\${COMPREPLY[@]#"\${current%"\${current##*:}"}"}")
  fi
}
complete -o default -F _ilab ilab
`,
  zsh: `#compdef ilab
_ilab() {
  local -a answers
  answers=("\${(@f)$(ilab complete "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  compadd -- \${answers:#}
}
compdef _ilab ilab
`,
  fish: `complete -c ilab -f -a '(ilab complete (commandline -opc)[2..] (commandline -ct) 2>/dev/null)'
`,
};
