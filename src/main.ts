#!/usr/bin/env node
import { enableCompileCache } from 'node:module'
import { setFlagsFromString } from 'node:v8'

// Both have to come before the parts are loaded, so these are loaded from here. The cache makes every start but the first quicker;
// a process that waits for Slack most of its life is better small than fast at long loops.
enableCompileCache()
setFlagsFromString('--optimize-for-size')

const { runCommandLine } = await import('./main/command-line.ts')
await runCommandLine()
