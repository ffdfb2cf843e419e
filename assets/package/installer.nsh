; What the installer of Windows does beside copying files.

!macro dialtoneScheme SCHEME
  WriteRegStr SHCTX "Software\Dialtone\Capabilities\UrlAssociations" "${SCHEME}" "Dialtone.Address"
!macroend

!macro customInstall
  ; Calls come in from the network. Only an installation for all users may say so; else Windows asks at the first start.
  ${if} $installMode == "all"
    nsExec::Exec 'netsh advfirewall firewall delete rule name="Dialtone"'
    nsExec::Exec 'netsh advfirewall firewall add rule name="Dialtone" dir=in action=allow program="$INSTDIR\${APP_EXECUTABLE_FILENAME}" profile=private,domain protocol=udp enable=yes'
    nsExec::Exec 'netsh advfirewall firewall add rule name="Dialtone" dir=in action=allow program="$INSTDIR\${APP_EXECUTABLE_FILENAME}" profile=private,domain protocol=tcp enable=yes'
  ${endif}
  ; Dialtone is offered for addresses of phones; which program gets them is chosen in the settings of Windows.
  WriteRegStr SHCTX "Software\Classes\Dialtone.Address" "" "URL:Phone address"
  WriteRegStr SHCTX "Software\Classes\Dialtone.Address" "URL Protocol" ""
  WriteRegStr SHCTX "Software\Classes\Dialtone.Address\DefaultIcon" "" "$INSTDIR\${APP_EXECUTABLE_FILENAME},0"
  WriteRegStr SHCTX "Software\Classes\Dialtone.Address\shell\open\command" "" '"$INSTDIR\${APP_EXECUTABLE_FILENAME}" "%1"'
  WriteRegStr SHCTX "Software\Dialtone\Capabilities" "ApplicationName" "Dialtone"
  WriteRegStr SHCTX "Software\Dialtone\Capabilities" "ApplicationDescription" "SIP softphone"
  !insertmacro dialtoneScheme "sip"
  !insertmacro dialtoneScheme "sips"
  !insertmacro dialtoneScheme "tel"
  !insertmacro dialtoneScheme "callto"
  WriteRegStr SHCTX "Software\RegisteredApplications" "Dialtone" "Software\Dialtone\Capabilities"
!macroend

!macro customUnInstall
  ${if} $installMode == "all"
    nsExec::Exec 'netsh advfirewall firewall delete rule name="Dialtone"'
  ${endif}
  DeleteRegKey SHCTX "Software\Classes\Dialtone.Address"
  DeleteRegKey SHCTX "Software\Dialtone"
  DeleteRegValue SHCTX "Software\RegisteredApplications" "Dialtone"
!macroend
