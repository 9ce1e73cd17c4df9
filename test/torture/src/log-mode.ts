import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { TortureMode } from './torture-mode.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** The event store's own kill test, with more rounds than the few of every test run. */
export const log: TortureMode = {
  about: 'kill -9 of a process that appends to the embedded log, then look at what the log holds',
  unit: 'kills',
  roundsDefault: 30,
  run: async ({ rounds, say }) => {
    const jest = ['--no-warnings', '--experimental-vm-modules', 'node_modules/jest/bin/jest.js'];
    const what = ['-c', 'libs/event-store/jest.config.mjs', 'embedded/kill'];
    const begunMs = performance.now();
    const child = spawn(process.execPath, [...jest, ...what], {
      cwd: root,
      env: { ...process.env, ADO_KILL_ROUNDS: String(rounds), FORCE_COLOR: '0' },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      for (const line of text.split('\n')) if (line.includes('(round ')) say(line.trim());
    });
    const [code] = await once(child, 'close');
    const passed = /^Tests: +(?:(\d+) failed, )?(\d+) passed/m.exec(said)?.[2] ?? '0';
    const kept = code === 0 && Number(passed) >= rounds;
    return {
      figures: {
        'rounds passed': Number(passed),
        'seconds in all': Math.round((performance.now() - begunMs) / 1_000),
      },
      violations: kept ? [] : [`${passed} of ${rounds} rounds passed:\n${said}`],
    };
  },
};
