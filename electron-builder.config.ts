import { join } from 'node:path'
import type { Configuration } from 'electron-builder'
import { leavePathsOut } from './scripts/package/leave-paths-out.ts'

/**
 * What packages contain and how they are made: `npm run package`. Targets that need programs of their own system or
 * from the network (AppImage, rpm, NSIS, dmg) are built by .github/workflows/packages.yml.
 */

const env = process.env
/** A folder with something in place of Electron: to look at packages where its binary cannot be had. */
const standIn = env['DIALTONE_STAND_IN_DIST']
/** Who publishes says where and who; nothing that exists is named before. */
const home = env['DIALTONE_HOMEPAGE'] ?? 'https://dialtone.invalid/'
const maintainer = env['DIALTONE_MAINTAINER'] ?? 'The Dialtone authors <maintainers@dialtone.invalid>'

/** Installed beside the program, so that the command and its manual are found by shells. */
const shell: readonly (readonly [from: string, to: string])[] = [
  ['assets/package/dialtone', '/usr/bin/dialtone'],
  ['assets/shell/dialtone.1', '/usr/share/man/man1/dialtone.1'],
  ['assets/shell/dialtone.bash', '/usr/share/bash-completion/completions/dialtone'],
  ['assets/shell/_dialtone', '/usr/share/zsh/vendor-completions/_dialtone'],
  ['assets/shell/dialtone.fish', '/usr/share/fish/vendor_completions.d/dialtone.fish'],
]
const fpm = shell.map(([from, to]) => `${join(import.meta.dirname, from)}=${to}`)

const config: Configuration = {
  appId: 'app.dialtone.phone',
  productName: 'Dialtone',
  copyright: 'The Dialtone authors, MIT licence',
  directories: { output: 'dist', buildResources: 'assets/package' },
  extraMetadata: { homepage: home, author: maintainer },
  // Of node_modules, only what stands in `dependencies` comes along; of naudiodon, only what it is at run time.
  files: [
    'package.json',
    { from: env['DIALTONE_BUILT'] ?? 'out', to: 'out', filter: ['main/**', 'preload/**', 'renderer/**'] },
    'assets/icon.svg',
    '!**/*.{map,md,markdown,ts,mts,cts,flow}',
    '!node_modules/*/{test,tests,examples,docs,benchmark,.github,.vagrant,.vscode}/**',
    '!node_modules/*/{test.*,*.html}',
    '!node_modules/**/{.*,Makefile,tsconfig.json,eslint.config.*,pre-commit.sh}',
    // Opus is WebAssembly on every system; its native builds stay behind.
    '!node_modules/@evan/opus/{node,tests}/**',
    '!node_modules/naudiodon/{scratch,src,portaudio,binding.gyp}',
    '!node_modules/naudiodon/{scratch,src,portaudio}/**',
    '!node_modules/naudiodon/build/{*.mk,Makefile,config.gypi,*.Makefile,gyp-mac-tool,*.vcxproj*,*.sln}',
    '!node_modules/naudiodon/build/Release/{obj.target,.deps,build,obj}/**',
  ],
  extraResources: [
    { from: 'out/licences', to: 'licences' },
    { from: 'LICENSE', to: 'licences/LICENSE.txt' },
    { from: 'assets/shell', to: 'shell' },
  ],
  asar: true,
  // The system's loader reads them, and it knows nothing of archives.
  asarUnpack: ['**/*.node', '**/*.{so,so.*,dylib,dll}'],
  // All addons are N-API: what `npm ci` has built is right for Electron, too. A rebuild would want its headers.
  npmRebuild: false,
  nodeGypRebuild: false,
  buildDependenciesFromSource: false,
  afterPack: ({ appOutDir }) => leavePathsOut(appOutDir),
  publish: null,
  ...(standIn === undefined
    ? {
        electronFuses: {
          // The command `dialtone` of a package is Electron as Node: ELECTRON_RUN_AS_NODE.
          runAsNode: true,
          enableCookieEncryption: true,
          // Nobody slips code in by a variable or attaches a debugger.
          enableNodeOptionsEnvironmentVariable: false,
          enableNodeCliInspectArguments: false,
          // What runs is the archive that was signed, and nothing else.
          enableEmbeddedAsarIntegrityValidation: true,
          onlyLoadAppFromAsar: true,
          loadBrowserProcessSpecificV8Snapshot: false,
        },
      }
    : { electronDist: standIn }),

  // Info.plist of macOS, desktop entry of Linux; Windows reads installer.nsh.
  protocols: [{ name: 'Phone address', schemes: ['sip', 'sips', 'tel', 'callto'], role: 'Viewer' }],

  linux: {
    // `dialtone` is the command.
    executableName: 'dialtone-window',
    target: ['AppImage', 'deb', 'rpm', 'tar.gz'],
    icon: 'assets/package/icons',
    category: 'Network;Telephony',
    maintainer,
    vendor: 'Dialtone',
    synopsis: 'SIP softphone that shows what it does',
    description: 'Call by SIP, and see how it works',
    desktop: {
      entry: {
        Name: 'Dialtone',
        GenericName: 'Softphone',
        'GenericName[zh_TW]': '網路電話',
        'GenericName[zh_CN]': '网络电话',
        'Comment[zh_TW]': '以 SIP 通話，並看見其中的運作',
        'Comment[zh_CN]': '用 SIP 通话，并看到其中的运作',
        Keywords: 'SIP;VoIP;phone;call;',
        StartupWMClass: 'Dialtone',
      },
    },
  },
  deb: {
    depends: [
      'libgtk-3-0 | libgtk-3-0t64',
      'libnotify4',
      'libnss3',
      'libxss1',
      'libxtst6',
      'xdg-utils',
      'libatspi2.0-0 | libatspi2.0-0t64',
      'libuuid1',
      'libsecret-1-0',
      'libasound2 | libasound2t64',
    ],
    recommends: ['libayatana-appindicator3-1'],
    fpm,
  },
  rpm: { fpm },

  mac: {
    target: [
      { target: 'dmg', arch: ['x64', 'arm64'] },
      { target: 'zip', arch: ['x64', 'arm64'] },
    ],
    category: 'public.app-category.social-networking',
    icon: 'assets/package/icon.icns',
    hardenedRuntime: true,
    gatekeeperAssess: false,
    entitlements: 'assets/package/mac/entitlements.plist',
    entitlementsInherit: 'assets/package/mac/entitlements.plist',
    // With APPLE_API_KEY, APPLE_API_KEY_ID and APPLE_API_ISSUER in the environment.
    notarize: env['APPLE_API_KEY'] !== undefined,
    extendInfo: {
      NSMicrophoneUsageDescription: 'Dialtone sends what you say to the person you call.',
      NSLocalNetworkUsageDescription: 'Dialtone calls phones and servers in your network, and is called by them.',
    },
    extraResources: [{ from: 'assets/package/mac', to: '.', filter: ['*.lproj/**'] }],
    electronLanguages: ['en', 'zh_TW', 'zh_CN'],
  },

  win: {
    target: [
      { target: 'nsis', arch: ['x64', 'arm64'] },
      { target: 'portable', arch: ['x64', 'arm64'] },
    ],
    icon: 'assets/package/icon.ico',
  },
  nsis: {
    oneClick: false,
    perMachine: false,
    allowToChangeInstallationDirectory: true,
    deleteAppDataOnUninstall: false,
    include: 'assets/package/installer.nsh',
    installerLanguages: ['en_US', 'zh_TW', 'zh_CN'],
    artifactName: '${productName}-Setup-${version}-${arch}.${ext}',
  },
  portable: { artifactName: '${productName}-Portable-${version}-${arch}.${ext}' },
}

export default config
