/** `npm run outside-world [-- --port 8425 --smtp-port 8426]`: the outside world of the sample actions, until Ctrl-C. */
import { parseArgs } from 'node:util';
import { OutsideWorld } from './outside-world.js';

const portIn = (flag: string, text: string): number => {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new Error(`${flag} is ${text}: write a port, 0 to 65535`);
};

try {
  const { values } = parseArgs({
    options: { port: { type: 'string', default: '8425' }, 'smtp-port': { type: 'string', default: '8426' } },
  });
  const world = await OutsideWorld.start({
    port: portIn('--port', values.port),
    smtpPort: portIn('--smtp-port', values['smtp-port']),
  });
  console.log(`outside world ready at ${world.url}, mail at ${world.smtpUrl}`);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void world.stop());
} catch (error) {
  const message = error instanceof Error ? error.message : String(error);
  const taken = message.includes('EADDRINUSE') ? '; choose others with --port and --smtp-port' : '';
  console.error(`The outside world cannot start: ${message}${taken}`);
  process.exitCode = 2;
}
