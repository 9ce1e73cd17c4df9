/** `npm run outside-world [-- --port 8425 --smtp-port 8426]`: what the sample actions have effects on; see examples/. */
import { ensureInstalled } from './ensure-install.mjs';

await ensureInstalled();
await import('./swc-register.mjs');
await import(new URL('../examples/outside-world/main.ts', import.meta.url).href);
