#!/usr/bin/env node
import { enableCompileCache } from 'node:module'
import { setFlagsFromString } from 'node:v8'

// Both have to come before the parts are loaded, so these are loaded from here. The cache makes every start but the first quicker.
// Loading makes much short-lived garbage, for which V8 would grow its nursery and keep it: 23 MiB that an idle process never needs.
enableCompileCache()
setFlagsFromString('--semi-space-growth-factor=1')

const { runCommandLine } = await import('./main/command-line.ts')
await runCommandLine()
