// Loaded before every entry point (`node -r`): an old Node cannot even read a .ts file, but it can say so in words.
'use strict'
if (Number(process.versions.node.split('.')[0]) < 24) {
  process.stderr.write(
    'Dialtone needs Node 24 or newer and this is Node ' +
      process.versions.node +
      ': run "npm ci" once (it brings its own Node) and start with npm, or install Node 24.\n',
  )
  process.exit(1)
}
