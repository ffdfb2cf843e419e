# Made by "npm run docs" from electron/cli/options.ts; do not edit.

_dialtone() {
  local cur prev command word words
  COMPREPLY=()
  cur=${COMP_WORDS[COMP_CWORD]}
  prev=${COMP_WORDS[COMP_CWORD - 1]}
  case $prev in
    --profile) return ;;
    --data) COMPREPLY=($(compgen -d -- "$cur")); compopt -o filenames; return ;;
    --listen) return ;;
    --sip-port) return ;;
    --rtp-ports) return ;;
    --user) return ;;
    --password) return ;;
    --domain) return ;;
    --proxy) return ;;
    --transport) COMPREPLY=($(compgen -W 'auto udp tcp tls' -- "$cur")); return ;;
    --audio) COMPREPLY=($(compgen -W 'device null tone echo file:' -- "$cur")); return ;;
    --set) return ;;
    --trace) COMPREPLY=($(compgen -f -- "$cur")); compopt -o filenames; return ;;
    --log) COMPREPLY=($(compgen -W 'off error warn info debug' -- "$cur")); return ;;
    --play) COMPREPLY=($(compgen -f -- "$cur")); compopt -o filenames; return ;;
    --record) COMPREPLY=($(compgen -f -- "$cur")); compopt -o filenames; return ;;
    --duration) return ;;
    --dtmf) return ;;
    --port) return ;;
    --call) return ;;
    --search) return ;;
  esac
  for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case $word in
    call | answer | rpc | serve | trace | doctor | diagnostics) command=$word && break ;;
    esac
  done
  case $command in
    call) words='--play --record --duration --dtmf --json --profile --data --listen --sip-port --rtp-ports --user --password --domain --proxy --transport --register --audio --set --trace --log --help --version' ;;
    answer) words='--once --play --record --echo --json --profile --data --listen --sip-port --rtp-ports --user --password --domain --proxy --transport --register --audio --set --trace --log --help --version' ;;
    rpc) words='--profile --data --listen --sip-port --rtp-ports --user --password --domain --proxy --transport --register --audio --set --trace --log --help --version' ;;
    serve) words='--port --open --end-with-window --profile --data --listen --sip-port --rtp-ports --user --password --domain --proxy --transport --register --audio --set --trace --log --help --version' ;;
    trace) words='--call --search --ladder --explain --json --help --version'; [[ $cur == -* ]] || compopt -o default ;;
    doctor) words='--json --profile --data --listen --sip-port --rtp-ports --user --password --domain --proxy --transport --register --audio --set --trace --log --help --version' ;;
    diagnostics) words='--unmasked --json --profile --data --listen --sip-port --rtp-ports --user --password --domain --proxy --transport --register --audio --set --trace --log --help --version'; [[ $cur == -* ]] || compopt -o default ;;
    *) words='call answer rpc serve trace doctor diagnostics --help --version' ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
}

complete -F _dialtone dialtone
