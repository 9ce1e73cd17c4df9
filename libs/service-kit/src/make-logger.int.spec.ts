import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { until } from '@action-do/test-support';

/** Says in many lines of its log that it was told to end, and ends. */
const code = `
  import { makeLogger } from ${JSON.stringify(new URL('./make-logger.ts', import.meta.url).href)};
  const logger = makeLogger('info');
  setInterval(() => {}, 1_000);
  process.on('SIGTERM', () => {
    for (let n = 0; n < 3_000; n += 1) logger.info({ n, pad: 'x'.repeat(300) }, 'told to end');
    process.exit(0);
  });
  process.stdout.write('ready');`;

it.each(['reads', 'does not read', 'has closed'])(
  'a process ends where whoever is there for its log %s it',
  async (does) => {
    const hooks = new URL('../../../tools/swc-register.mjs', import.meta.url).href;
    const options = ['--no-warnings', '--conditions=@action-do/source', '--import', hooks];
    const child = spawn(process.execPath, [...options, '--input-type=module', '-e', code], {
      // One that hangs is told by how it ended, and is not left behind.
      timeout: 20_000,
      killSignal: 'SIGKILL',
    });
    let said = '';
    if (does === 'reads')
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        said += text;
      });
    const ended = once(child, 'exit');
    try {
      await once(child.stdout, 'data');
      if (does === 'has closed') {
        child.stderr.destroy();
        await once(child.stderr, 'close');
      }
      child.kill('SIGTERM');
      expect(await ended).toEqual([0, null]);
      if (does !== 'reads') return;
      // More than fits between the two at once: what comes is whole, in order, and all of it.
      await until('its last line is there', () => said.includes('"n":2999,'));
      const numbers = said.match(/(?<="n":)\d+/g)?.map(Number);
      expect(numbers).toEqual(Array.from({ length: 3_000 }, (_, n) => n));
    } finally {
      child.kill('SIGKILL');
      await ended;
    }
  },
);
