/** The words of menu and notifications, in the languages of the window. */

type Language = 'en' | 'zh-TW' | 'zh-CN'

export interface Texts {
  readonly phone: string
  readonly anotherPhone: string
  readonly quit: string
  readonly edit: string
  readonly undo: string
  readonly redo: string
  readonly cut: string
  readonly copy: string
  readonly paste: string
  readonly selectAll: string
  readonly view: string
  readonly zoomIn: string
  readonly zoomOut: string
  readonly actualSize: string
  readonly developerTools: string
  readonly window: string
  readonly minimize: string
  readonly incomingCall: string
  readonly answer: string
  readonly decline: string
  readonly callGoesOn: string
  readonly callGoesOnHint: string
  readonly show: string
  readonly hide: string
  readonly ready: string
  readonly inCall: string
  readonly doNotDisturb: string
  readonly accountFailed: string
  readonly hangUp: string
  readonly mute: string
  readonly unmute: string
  readonly missedCall: string
  readonly missedCalls: string
  readonly callBack: string
  readonly message: string
  readonly keysTaken: string
}

const english: Texts = {
  phone: 'Phone',
  anotherPhone: 'Open Another Phone',
  quit: 'Quit',
  edit: 'Edit',
  undo: 'Undo',
  redo: 'Redo',
  cut: 'Cut',
  copy: 'Copy',
  paste: 'Paste',
  selectAll: 'Select All',
  view: 'View',
  zoomIn: 'Zoom In',
  zoomOut: 'Zoom Out',
  actualSize: 'Actual Size',
  developerTools: 'Developer Tools',
  window: 'Window',
  minimize: 'Minimize',
  incomingCall: 'Incoming call',
  answer: 'Answer',
  decline: 'Decline',
  callGoesOn: 'The call goes on',
  callGoesOnHint: 'Click here to see it again. Dialtone quits when it is over.',
  show: 'Show Dialtone',
  hide: 'Hide Dialtone',
  ready: 'Ready for calls',
  inCall: 'In a call',
  doNotDisturb: 'Do not disturb',
  accountFailed: 'An account is not registered',
  hangUp: 'Hang up',
  mute: 'Mute',
  unmute: 'Unmute',
  missedCall: 'Missed call',
  missedCalls: 'Missed calls',
  callBack: 'Call back',
  message: 'Message',
  keysTaken: 'Another program has these keys',
}

const traditional: Texts = {
  phone: '電話',
  anotherPhone: '開啟另一部電話',
  quit: '結束',
  edit: '編輯',
  undo: '復原',
  redo: '重做',
  cut: '剪下',
  copy: '複製',
  paste: '貼上',
  selectAll: '全選',
  view: '檢視',
  zoomIn: '放大',
  zoomOut: '縮小',
  actualSize: '實際大小',
  developerTools: '開發人員工具',
  window: '視窗',
  minimize: '最小化',
  incomingCall: '來電',
  answer: '接聽',
  decline: '拒接',
  callGoesOn: '通話仍在進行',
  callGoesOnHint: '按一下此處即可再次顯示。通話結束後 Dialtone 會自動結束。',
  show: '顯示 Dialtone',
  hide: '隱藏 Dialtone',
  ready: '可以通話',
  inCall: '通話中',
  doNotDisturb: '勿擾',
  accountFailed: '有帳號未註冊',
  hangUp: '掛斷',
  mute: '靜音',
  unmute: '取消靜音',
  missedCall: '未接來電',
  missedCalls: '未接來電',
  callBack: '回撥',
  message: '訊息',
  keysTaken: '其他程式已使用這些按鍵',
}

const simplified: Texts = {
  phone: '电话',
  anotherPhone: '打开另一部电话',
  quit: '退出',
  edit: '编辑',
  undo: '撤销',
  redo: '重做',
  cut: '剪切',
  copy: '复制',
  paste: '粘贴',
  selectAll: '全选',
  view: '查看',
  zoomIn: '放大',
  zoomOut: '缩小',
  actualSize: '实际大小',
  developerTools: '开发者工具',
  window: '窗口',
  minimize: '最小化',
  incomingCall: '来电',
  answer: '接听',
  decline: '拒接',
  callGoesOn: '通话仍在进行',
  callGoesOnHint: '点击此处即可再次显示。通话结束后 Dialtone 会自动退出。',
  show: '显示 Dialtone',
  hide: '隐藏 Dialtone',
  ready: '可以通话',
  inCall: '通话中',
  doNotDisturb: '勿扰',
  accountFailed: '有账号未注册',
  hangUp: '挂断',
  mute: '静音',
  unmute: '取消静音',
  missedCall: '未接来电',
  missedCalls: '未接来电',
  callBack: '回拨',
  message: '消息',
  keysTaken: '其他程序已使用这些按键',
}

const all: Readonly<Record<Language, Texts>> = { en: english, 'zh-TW': traditional, 'zh-CN': simplified }

/** `chosen` is the setting `ui.language`; `preferred` the system's languages (BCP 47), the dearest first. */
export function textsFor(chosen: Language | 'auto', preferred: readonly string[]): Texts {
  if (chosen !== 'auto') return all[chosen]
  const first = preferred.find((name) => /^(en|zh)\b/i.test(name)) ?? 'en'
  if (!/^zh\b/i.test(first)) return english
  // A script that is named wins over the custom of a region.
  return /-hant\b/i.test(first) || /^zh-(tw|hk|mo)\b/i.test(first) ? traditional : simplified
}
