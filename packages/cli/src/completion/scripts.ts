/** Shells that can be taught to complete. */
export const SHELLS = ['bash', 'zsh', 'fish', 'powershell'] as const;

export type Shell = (typeof SHELLS)[number];

// Readline ends words at colons and other characters, and replaces only what comes after the last of them: that is all it is to be told.
// An `@` it replaces, too. In an open quote a word has no end. macOS comes with bash 3.2, which counts no words from their end.
const BASH = `_ilab() {
  local line="\${COMP_LINE:0:COMP_POINT}" current kept='' answer
  local -a words
  read -r -a words <<<"$line"
  [[ "$line" == *[[:space:]] ]] && words+=('')
  current="\${words[\${#words[@]}-1]}"
  if [[ "$current" == [\\"\\']* ]]; then
    words[\${#words[@]}-1]="\${current:1}"
  else
    kept="\${current%"\${current##*[$COMP_WORDBREAKS]}"}"
    kept="\${kept%@}"
  fi
  COMPREPLY=()
  while IFS= read -r answer; do
    COMPREPLY+=("\${answer#"$kept"}")
  done < <(ilab complete "\${words[@]:1}" 2>/dev/null)
}
complete -o default -F _ilab ilab
`;

// It can stand in .zshrc, before or after compinit, or be a file of fpath that is loaded at the first Tab.
const ZSH = `#compdef ilab
_ilab() {
  local -a answers
  answers=("\${(@f)$(ilab complete "\${(@Q)words[2,CURRENT-1]}" "\${(Q)PREFIX}" 2>/dev/null)}")
  answers=(\${answers:#})
  if (( $#answers )); then
    compadd -- $answers
  else
    compset -P '--*='
    _files
  fi
}
if [[ "\${funcstack[1]}" == _ilab ]]; then
  _ilab "$@"
else
  (( $+functions[compdef] )) || { autoload -Uz compinit && compinit }
  compdef _ilab ilab
fi
`;

const FISH = `function __ilab_complete
    set -l before (commandline -opc)
    set -l current (commandline -ct)
    set -l answers (ilab complete $before[2..-1] "$current" 2>/dev/null)
    if set -q answers[1]
        printf '%s\\n' $answers
    else
        __fish_complete_path "$current"
    end
end
complete -c ilab -f -a '(__ilab_complete)'
`;

// A blank stands for no word: Windows PowerShell hands on no empty one. Where nothing is answered, PowerShell completes files by itself.
const POWERSHELL = `Register-ArgumentCompleter -Native -CommandName ilab -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $line = $commandAst.Extent.Text
    $length = $cursorPosition - $commandAst.Extent.StartOffset
    $line = if ($length -gt $line.Length) { "$line " } else { $line.Substring(0, $length) }
    $words = @(-split $line | Select-Object -Skip 1)
    if ($line -match '\\s$') { $words += ' ' }
    ilab complete @words 2>$null | ForEach-Object {
        [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
    }
}
`;

/** What each shell has to run once. It asks `ilab complete` at every Tab, so that names are always those that are here. */
export const SCRIPTS: Readonly<Record<Shell, string>> = { bash: BASH, zsh: ZSH, fish: FISH, powershell: POWERSHELL };
