// node --conditions=@action-do/source --import ./tools/swc-register.mjs file.ts: runs sources without a build.
import { register } from 'node:module';

register('./swc-hooks.mjs', import.meta.url);
