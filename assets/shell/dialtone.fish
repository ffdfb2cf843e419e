# Made by "npm run docs" from electron/cli/options.ts; do not edit.

complete -c dialtone -n 'not __fish_seen_subcommand_from call answer rpc serve trace doctor diagnostics' -f -a call -d 'call somebody, and tell how it went'
complete -c dialtone -n 'not __fish_seen_subcommand_from call answer rpc serve trace doctor diagnostics' -f -a answer -d 'answer every call, and tell how each one went'
complete -c dialtone -n 'not __fish_seen_subcommand_from call answer rpc serve trace doctor diagnostics' -f -a rpc -d 'be a phone for another program: JSON-RPC 2.0, one object a line on stdin and stdout'
complete -c dialtone -n 'not __fish_seen_subcommand_from call answer rpc serve trace doctor diagnostics' -f -a serve -d 'be a phone with a window in a browser of this machine'
complete -c dialtone -n 'not __fish_seen_subcommand_from call answer rpc serve trace doctor diagnostics' -f -a trace -d 'show the SIP messages of a capture (pcap, pcapng) as ladders, call by call, and explain them'
complete -c dialtone -n 'not __fish_seen_subcommand_from call answer rpc serve trace doctor diagnostics' -f -a doctor -d 'check this machine: Node, data folder, ports, sound devices'
complete -c dialtone -n 'not __fish_seen_subcommand_from call answer rpc serve trace doctor diagnostics' -f -a diagnostics -d 'write what is wanted to find a fault into one file, or show what would be in it'
complete -c dialtone -n '__fish_seen_subcommand_from call answer rpc serve doctor diagnostics' -l profile -d 'use the settings, call log and secrets of this profile' -x
complete -c dialtone -n '__fish_seen_subcommand_from call answer rpc serve doctor diagnostics' -l data -d 'keep settings, call log and secrets in this folder instead of a profile' -x -a '(__fish_complete_directories)'
complete -c dialtone -n '__fish_seen_subcommand_from call answer rpc serve doctor diagnostics' -l listen -d 'listen on this address only (setting network.listenIp)' -x
complete -c dialtone -n '__fish_seen_subcommand_from call answer rpc serve doctor diagnostics' -l sip-port -d 'SIP port, 0 for any free one; taken means the command fails' -x
complete -c dialtone -n '__fish_seen_subcommand_from call answer rpc serve doctor diagnostics' -l rtp-ports -d 'range of RTP ports; all taken means the call fails' -x
complete -c dialtone -n '__fish_seen_subcommand_from call answer rpc serve doctor diagnostics' -l user -d 'who calls: the part before the @ of our own address' -x
complete -c dialtone -n '__fish_seen_subcommand_from call answer rpc serve doctor diagnostics' -l password -d 'of the account; better in the variable DIALTONE_PASSWORD, for `ps` shows this one' -x
complete -c dialtone -n '__fish_seen_subcommand_from call answer rpc serve doctor diagnostics' -l domain -d 'the domain (realm) of an account for this run: calls go through its server' -x
complete -c dialtone -n '__fish_seen_subcommand_from call answer rpc serve doctor diagnostics' -l proxy -d 'the SIP proxy of that account, with :PORT if need be; its domain when absent' -x
complete -c dialtone -n '__fish_seen_subcommand_from call answer rpc serve doctor diagnostics' -l transport -d 'how that proxy is spoken to: auto, udp, tcp or tls' -x -a 'auto udp tcp tls'
complete -c dialtone -n '__fish_seen_subcommand_from call answer rpc serve doctor diagnostics' -l register -d 'register that account, and unregister at the end'
complete -c dialtone -n '__fish_seen_subcommand_from call answer rpc serve doctor diagnostics' -l audio -d 'where sound comes from and goes to: device, null, tone, echo, or file:IN.wav[,OUT.wav]' -x -a 'device null tone echo file:'
complete -c dialtone -n '__fish_seen_subcommand_from call answer rpc serve doctor diagnostics' -l set -d 'a setting for this run only, such as audio.codecs=PCMA' -x
complete -c dialtone -n '__fish_seen_subcommand_from call answer rpc serve doctor diagnostics' -l trace -d 'at the end, write every SIP message and the RTP headers of the calls to this capture (pcapng by its name)' -r -F
complete -c dialtone -n '__fish_seen_subcommand_from call answer rpc serve doctor diagnostics' -l log -d 'what is logged on stderr: error (unless told otherwise), warn, info, debug or off' -x -a 'off error warn info debug'
complete -c dialtone -n '__fish_seen_subcommand_from call answer' -l play -d 'send this file instead of the microphone' -r -F
complete -c dialtone -n '__fish_seen_subcommand_from call answer' -l record -d 'write what is heard to this file; later calls get OUT-2.wav and so on' -r -F
complete -c dialtone -n '__fish_seen_subcommand_from call' -l duration -d 'hang up after so many seconds; also how long to wait for an answer' -x
complete -c dialtone -n '__fish_seen_subcommand_from call' -l dtmf -d 'send these digits after the answer: 0-9 * # A-D, ! for flash, a comma for a pause' -x
complete -c dialtone -n '__fish_seen_subcommand_from answer' -l once -d 'end after the first call'
complete -c dialtone -n '__fish_seen_subcommand_from answer' -l echo -d 'send back what is heard'
complete -c dialtone -n '__fish_seen_subcommand_from serve' -l port -d 'port of the page on 127.0.0.1; taken means the command fails (any free one when absent)' -x
complete -c dialtone -n '__fish_seen_subcommand_from serve' -l open -d 'open the page in a window of the system'\''s Chromium, Chrome or Edge'
complete -c dialtone -n '__fish_seen_subcommand_from serve' -l end-with-window -d 'end when the last window or tab with the page has been closed'
complete -c dialtone -n '__fish_seen_subcommand_from call answer trace doctor diagnostics' -l json -d 'print the result as one JSON object on stdout'
complete -c dialtone -n '__fish_seen_subcommand_from trace' -l call -d 'only the messages with this Call-ID' -x
complete -c dialtone -n '__fish_seen_subcommand_from trace' -l search -d 'only the calls with a message that has them: text, method:M code:4xx user:U call-id:ID, /REGULAR EXPRESSION/' -x
complete -c dialtone -n '__fish_seen_subcommand_from trace' -l ladder -d 'only the ladders'
complete -c dialtone -n '__fish_seen_subcommand_from trace' -l explain -d 'only what the messages tell: why a call ended, why a password was refused, and so on'
complete -c dialtone -n '__fish_seen_subcommand_from diagnostics' -l unmasked -d 'with responses of Authorization headers, keys of SRTP, texts, digits and sound: for nobody but you'
complete -c dialtone -n '__fish_seen_subcommand_from call answer rpc serve trace doctor diagnostics' -l help -d 'print this and end'
complete -c dialtone -n '__fish_seen_subcommand_from call answer rpc serve trace doctor diagnostics' -l version -d 'print the version and end'
complete -c dialtone -n 'not __fish_seen_subcommand_from call answer rpc serve trace doctor diagnostics' -l help -d 'print this and end'
complete -c dialtone -n 'not __fish_seen_subcommand_from call answer rpc serve trace doctor diagnostics' -l version -d 'print the version and end'
complete -c dialtone -n '__fish_seen_subcommand_from call answer rpc serve doctor' -f
