#!/usr/bin/env node
// The entry of the command. The check comes first and the phone is loaded after it: an old Node would stumble over it.
import './node-version.cjs'
// Before anything else is compiled: code that was kept from an earlier start is good for the same flags only.
import './lean-engine.ts'

void import('node:module')
  .then((module) => module.enableCompileCache())
  .then(() => import('./headless-main.ts'))
  .then((main) => main.main(process.argv.slice(2)))
