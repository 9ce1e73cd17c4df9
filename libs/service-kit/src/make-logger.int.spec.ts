import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { until } from '@action-do/test-support';

/** Says in a line of its log that it was told to end, and ends. */
const code = `
  import { makeLogger } from ${JSON.stringify(new URL('./make-logger.ts', import.meta.url).href)};
  const logger = makeLogger('info');
  setInterval(() => {}, 1_000);
  process.on('SIGTERM', () => {
    logger.info('told to end');
    process.exit(0);
  });
  process.stdout.write('ready');`;

it.each([true, false])('a process ends, whether somebody reads its log (%s)', async (isRead) => {
  const hooks = new URL('../../../tools/swc-register.mjs', import.meta.url).href;
  const options = ['--no-warnings', '--conditions=@action-do/source', '--import', hooks];
  const child = spawn(process.execPath, [...options, '--input-type=module', '-e', code], {
    // One that hangs is told by how it ended, and is not left behind.
    timeout: 20_000,
    killSignal: 'SIGKILL',
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  const ended = once(child, 'exit');
  try {
    await once(child.stdout, 'data');
    if (!isRead) {
      child.stderr.destroy();
      await once(child.stderr, 'close');
    }
    child.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
    if (isRead) await until('its last line is there', () => said.includes('"msg":"told to end"'));
  } finally {
    child.kill('SIGKILL');
    await ended;
  }
});
