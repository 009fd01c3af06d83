#!/usr/bin/env bash
# Installs the servers and clients that tests talk to and none of us wrote. What can't be had is said and left out: the tests that
# need it count as skipped. `--full` adds what takes long to build.
set -u
cd "$(dirname "$0")/.."
tools="$PWD/.tools"
mkdir -p "$tools/bin"

missing() { echo "not installed: $1 ($2)" >&2; }

debian() {
  local wanted=()
  command -v docker-registry >/dev/null || wanted+=(docker-registry)
  command -v nginx >/dev/null || [ -x /usr/sbin/nginx ] || wanted+=(nginx-light)
  command -v skopeo >/dev/null || wanted+=(skopeo)
  command -v strace >/dev/null || wanted+=(strace)
  # Shells that complete.
  command -v zsh >/dev/null || wanted+=(zsh)
  command -v fish >/dev/null || wanted+=(fish)
  # File systems to cut the power of.
  if [ "${1:-}" = --full ]; then
    [ -x /usr/sbin/mkfs.ext4 ] || wanted+=(e2fsprogs)
    [ -x /usr/sbin/mkfs.xfs ] || wanted+=(xfsprogs)
    [ -x /usr/sbin/mkfs.btrfs ] || wanted+=(btrfs-progs)
  fi
  [ ${#wanted[@]} -eq 0 ] && return
  if ! command -v apt-get >/dev/null || [ "$(id -u)" -ne 0 ]; then
    missing "${wanted[*]}" "needs apt-get and root"
    return
  fi
  # Packages start their services when they are installed; tests start their own, on loopback.
  local policy=/usr/sbin/policy-rc.d
  [ -e "$policy" ] || { printf '#!/bin/sh\nexit 101\n' >"$policy" && chmod +x "$policy" && trap "rm -f $policy" EXIT; }
  apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq install --no-install-recommends -y "${wanted[@]}" >/dev/null || missing "${wanted[*]}" "apt-get failed"
}

# Built from a module of its own: `go install` also asks for the list of all versions, which not every proxy has.
go_tool() {
  local name=$1 module=$2 version=$3 package=$4
  [ -x "$tools/bin/$name" ] && return
  command -v go >/dev/null || { missing "$name" "needs Go"; return; }
  local build
  build=$(mktemp -d)
  printf 'module build\n\ngo 1.25\n\nrequire %s %s\n' "$module" "$version" >"$build/go.mod"
  (cd "$build" && CGO_ENABLED="${CGO_ENABLED:-0}" go build -mod=mod -trimpath -o "$tools/bin/$name" "$module/$package") || missing "$name" "go build failed"
  rm -rf "$build"
}

python_packages() {
  [ -x "$tools/venv/bin/python" ] && "$tools/venv/bin/python" -c 'import huggingface_hub, gguf, safetensors' 2>/dev/null && return
  local names='huggingface_hub, gguf, safetensors'
  command -v python3 >/dev/null || { missing "$names" "needs Python"; return; }
  { python3 -m venv "$tools/venv" && "$tools/venv/bin/python" -m pip install --quiet --disable-pip-version-check \
    'huggingface_hub==2.4.0' 'gguf==0.19.0' 'safetensors==0.8.0' 'numpy==2.4.6'; } || missing "$names" "pip failed"
}

# By another party: what it signs, we let in.
model_signing() {
  local python="$tools/venv/bin/python"
  [ -x "$python" ] || { missing model_signing "needs Python"; return; }
  "$python" -c 'import model_signing' 2>/dev/null && return
  "$python" -m pip install --quiet --disable-pip-version-check 'model-signing==1.1.1' 'pyOpenSSL==26.4.0' || missing model_signing "pip failed"
}

# What reads PowerShell's language where PowerShell itself can't be had.
powershell_grammar() {
  local folder="$tools/powershell"
  [ -d "$folder/node_modules/tree-sitter-powershell" ] && return
  command -v npm >/dev/null || { missing tree-sitter-powershell "needs npm"; return; }
  mkdir -p "$folder" && printf '{"private":true}' >"$folder/package.json"
  npm install --prefix "$folder" --legacy-peer-deps --ignore-scripts --no-audit --no-fund --silent 'web-tree-sitter@0.27.2' 'tree-sitter-powershell@0.26.4' >/dev/null || {
    rm -rf "$folder"
    missing tree-sitter-powershell "npm failed"
  }
}

# ModelScope's own client: what it downloads from is a hub of ModelScope's.
modelscope_hub() {
  local python="$tools/venv/bin/python"
  [ -x "$python" ] || { missing modelscope_hub "needs Python"; return; }
  "$python" -c 'import modelscope_hub' 2>/dev/null && return
  "$python" -m pip install --quiet --disable-pip-version-check 'modelscope-hub==0.5.1' || missing modelscope_hub "pip failed"
}

# OpenAI's own client: what it asks is a server of ours.
openai_client() {
  local python="$tools/venv/bin/python"
  [ -x "$python" ] || { missing openai "needs Python"; return; }
  "$python" -c 'import openai' 2>/dev/null && return
  "$python" -m pip install --quiet --disable-pip-version-check 'openai==2.54.0' || missing openai "pip failed"
}

# The engine for GGUF, as `ilab engine install llama-cpp` brings it: one platform's, and no scripts.
llama_cpp() {
  local folder="$tools/engines/llama-cpp" version=3.22.1
  [ -d "$folder/node_modules/node-llama-cpp" ] && return
  [ "$(uname -sm)" = 'Linux x86_64' ] || { missing node-llama-cpp "is only fetched for Linux on x86-64 here"; return; }
  command -v npm >/dev/null || { missing node-llama-cpp "needs npm"; return; }
  mkdir -p "$folder" && printf '{"private":true}' >"$folder/package.json"
  npm install --prefix "$folder" --omit=optional --ignore-scripts --no-audit --no-fund --silent "node-llama-cpp@$version" "@node-llama-cpp/linux-x64@$version" >/dev/null || {
    rm -rf "$folder"
    missing node-llama-cpp "npm failed"
  }
}

# llama.cpp's own tools, of the very sources that node-llama-cpp was built from and comes with: what our converter leaves to others.
llama_cpp_tools() {
  local engine="$tools/engines/llama-cpp/node_modules" folder="$tools/llama.cpp" source
  [ -x "$folder/build/bin/llama-quantize" ] && return
  local bundle="$engine/node-llama-cpp/llama/gitRelease.bundle" libraries="$engine/@node-llama-cpp/linux-x64/bins/linux-x64"
  [ -f "$bundle" ] || { missing "llama.cpp's tools" "needs node-llama-cpp"; return; }
  command -v git >/dev/null && command -v g++ >/dev/null || { missing "llama.cpp's tools" "needs git and g++"; return; }
  rm -rf "$folder"
  source=$(mktemp -d)
  mkdir -p "$folder/build/bin"
  git clone --quiet --no-checkout "$bundle" "$source" 2>/dev/null &&
    git -C "$source" archive HEAD convert_hf_to_gguf.py convert_lora_to_gguf.py conversion gguf-py requirements tools/quantize common include ggml/include | tar -x -C "$folder" &&
    (cd "$folder" && g++ -std=c++17 -O1 -Icommon -Iinclude -Iggml/include tools/quantize/*.cpp -o build/bin/llama-quantize "-Wl,-rpath,$libraries" \
      "$libraries"/libllama-common.so "$libraries"/libllama.v*.so "$libraries"/libggml.v*.so "$libraries"/libggml-base.so) || {
    rm -rf "$folder"
    missing "llama.cpp's tools" "could not be built"
  }
  rm -rf "$source"
}

# A Python for llama.cpp's converters: with PyTorch and transformers of the runner that has them, and what they need besides.
llama_cpp_python() {
  local folder="$tools/llama.cpp" runner="$tools/runners/trl/environment" own
  [ -x "$folder/.venv/bin/python" ] && return
  [ -d "$folder" ] && [ -x "$runner/bin/python" ] || { missing "Python for llama.cpp's converters" "needs llama.cpp's tools and trl"; return; }
  { "$runner/bin/python" -m venv "$folder/.venv" && "$folder/.venv/bin/python" -m pip install --quiet --disable-pip-version-check 'sentencepiece==0.2.3'; } || {
    rm -rf "$folder/.venv"
    missing "Python for llama.cpp's converters" "pip failed"
    return
  }
  own=$(echo "$folder"/.venv/lib/python3*/site-packages)
  echo "$runner"/lib/python3*/site-packages >"$own/runner.pth"
}

# Another server of the same engine, to be measured beside ours: some minutes of building.
llama_cpp_server() {
  local folder="$tools/llama-cpp-python"
  [ -x "$folder/bin/python" ] && "$folder/bin/python" -c 'import llama_cpp.server' 2>/dev/null && return
  command -v python3 >/dev/null && command -v g++ >/dev/null || { missing llama-cpp-python "needs Python and g++"; return; }
  { python3 -m venv "$folder" && "$folder/bin/python" -m pip install --quiet --disable-pip-version-check 'llama-cpp-python[server]==0.3.36'; } || {
    rm -rf "$folder"
    missing llama-cpp-python "pip failed"
  }
}

# The libraries behind the runners, each in the environment that `ilab runner install` makes: about 6 GB, PyTorch with CUDA's libraries for the most part.
runners() {
  command -v node >/dev/null || { missing "lm-eval, sdg-hub, trl" "needs Node"; return; }
  node tools/run.mjs install-runners || missing "lm-eval, sdg-hub, trl" "see above"
}

debian "${1:-}"
llama_cpp
llama_cpp_tools
go_tool oras oras.land/oras v1.3.3 cmd/oras
go_tool registry github.com/distribution/distribution/v3 v3.1.1 cmd/registry
go_tool olareg github.com/olareg/olareg v0.2.2 cmd/olareg
go_tool versitygw github.com/versity/versitygw v1.8.0 cmd/versitygw
go_tool modctl github.com/modelpack/modctl v0.2.2 .
powershell_grammar
python_packages
model_signing
modelscope_hub
openai_client
if [ "${1:-}" = --full ]; then
  runners
  llama_cpp_python
  llama_cpp_server
  CGO_ENABLED=1 go_tool ollama github.com/ollama/ollama v0.30.0 .
  go_tool actionlint github.com/rhysd/actionlint v1.7.12 cmd/actionlint
  GOEXPERIMENT=jsonv2 go_tool zot zotregistry.dev/zot/v2 v2.1.20 cmd/zot
  go_tool cosign github.com/sigstore/cosign/v3 v3.1.2 cmd/cosign
fi
exit 0
