import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { canRun, findProgram, natsServerProgram, temporaryFolder, until } from '@action-do/test-support';
import { examplesIn } from './markdown-examples.js';
import { OnePlatform } from './one-platform.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const page = examplesIn(readFileSync(join(root, 'docs/how-to/serve-an-action-from-any-language.md'), 'utf8'));
const codeOf = (name: string): string => {
  const example = page.find((candidate) => candidate.name === name);
  if (example === undefined) throw new Error(`the page has no ${name}`);
  return example.code;
};
const standIn = (name: string): string => fileURLToPath(new URL(`./any-language/${name}`, import.meta.url));

/** Where Debian puts the sources of Go packages. */
const GOPATH = '/usr/share/gocode';
/** Short, so that beats are needed soon; a beat of the shell's starts a process, which a busy machine takes its time for. */
const TIMEOUT_MS = 2_500;
/** Ten a second are reserved. */
const SEATS_FOR_LONG = 60;

interface Language {
  readonly name: string;
  /** Of the machine: each null where it is not there. */
  readonly needs: Readonly<Record<string, string | null>>;
  /** Writes the example into the folder. @returns the command that serves it, and what it needs around it */
  prepare(folder: string): { command: readonly string[]; env?: Record<string, string> };
}

/** The example with a beat that the timeout of this test wants. @throws Error there is no such constant (any more) */
function quickly(code: string, constant: RegExp, quick: string): string {
  if (!constant.test(code)) throw new Error(`the example has no ${constant}`);
  return code.replace(constant, quick);
}

const LANGUAGES: readonly Language[] = [
  {
    name: 'Python',
    needs: { python3: findProgram('python3') },
    prepare: (folder) => {
      writeFileSync(
        join(folder, 'reserve_seats.py'),
        quickly(codeOf('reserve_seats.py'), /^BEAT_SECONDS = 3$/m, 'BEAT_SECONDS = 0.2'),
      );
      // Debian 12 has no nats-py, and CI has Debian and npm to install from. The page says so.
      if (spawnSync('python3', ['-c', 'import nats']).status !== 0) {
        console.warn('nats-py is not installed: the Python example runs over a stand-in of it');
        copyFileSync(standIn('nats_stand_in.py'), join(folder, 'nats.py'));
      }
      return { command: ['python3', 'reserve_seats.py'] };
    },
  },
  {
    name: 'Go',
    needs: {
      'golang-go': findProgram('go'),
      'golang-github-nats-io-go-nats-dev': existsSync(join(GOPATH, 'src/github.com/nats-io/nats.go'))
        ? GOPATH
        : null,
    },
    prepare: (folder) => {
      writeFileSync(
        join(folder, 'main.go'),
        quickly(codeOf('main.go'), /beatEvery = 3000 \*/, 'beatEvery = 200 *'),
      );
      // Without a C compiler, which Debian's Go only recommends.
      const go = { GO111MODULE: 'off', CGO_ENABLED: '0', GOFLAGS: '' };
      const env = { ...go, GOPATH, GOCACHE: join(folder, 'go-cache') };
      execFileSync('go', ['build', '-o', 'reserve-seats', 'main.go'], {
        cwd: folder,
        env: { ...process.env, ...env },
      });
      return { command: ['./reserve-seats'] };
    },
  },
  {
    name: 'shell',
    needs: { bash: findProgram('bash'), jq: findProgram('jq') },
    prepare: (folder) => {
      writeFileSync(
        join(folder, 'reserve-seats.sh'),
        quickly(codeOf('reserve-seats.sh'), /^beat_seconds=3$/m, 'beat_seconds=0.2'),
      );
      const command = ['bash', 'reserve-seats.sh'];
      if (findProgram('nats') !== null) return { command };
      console.warn('the nats command is not installed: the shell example runs over a stand-in of it');
      mkdirSync(join(folder, 'bin'));
      copyFileSync(standIn('nats-stand-in.mjs'), join(folder, 'bin/nats'));
      chmodSync(join(folder, 'bin/nats'), 0o755);
      writeFileSync(join(folder, 'bin/package.json'), '{"type":"module"}');
      symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
      return { command, env: { PATH: `${join(folder, 'bin')}:${process.env['PATH']}` } };
    },
  },
];

// Skipped: only where there is no nats-server.
(canRun(natsServerProgram(), 'nats-server') ? describe : describe.skip)('the page about any language', () => {
  const one = new OnePlatform({ DO_ACTIONS: '' }, 'nats');
  beforeAll(async () => {
    await one.start();
    const { caller } = one;
    const document = { ...JSON.parse(codeOf('action.json')), attemptTimeoutMs: TIMEOUT_MS };
    const { status } = await caller.send('/v1/actions', {
      method: 'POST',
      body: JSON.stringify(document),
      headers: { ...caller.authorization, 'content-type': 'application/json' },
    });
    expect(status).toBe(200);
  }, 60_000);
  afterAll(() => one.end());

  describe.each(LANGUAGES)('shows a service in $name', ({ name, needs, prepare }) => {
    const canServe = Object.entries(needs).every(([what, place]) => canRun(place, what));
    const reserve = (seats: number, what = `${seats}`) =>
      one.caller.execute('reserve-seats', { eventId: `${name}-${what}`, seats });

    // Skipped: only where the language is not installed.
    (canServe ? it : it.skip)(
      'that does its work once a key, declines, and beats while it works',
      async () => {
        const folder = temporaryFolder('action-do-any-language');
        const { command, env = {} } = prepare(folder.path);
        const [program = '', ...args] = command;
        const child = spawn(program, args, {
          cwd: folder.path,
          env: { PATH: process.env['PATH'], DO_NATS_URL: one.natsServer.url, ...env },
          // With all that it starts itself.
          detached: true,
        });
        const said = { all: '' };
        for (const stream of [child.stdout, child.stderr])
          stream.setEncoding('utf8').on('data', (text: string) => {
            said.all += text;
          });
        const ended = once(child, 'close');
        try {
          await until(
            'it serves',
            () => said.all.includes('serving reserve-seats') || child.exitCode !== null,
          );
          // It may say so a moment before it listens: then the call waits for it.
          const first = await reserve(1);
          expect([first.status, first.body.result, said.all]).toEqual([
            200,
            { reservationId: expect.stringMatching(/^res-[0-9a-f]{8}$/) },
            expect.any(String),
          ]);
          const declined = await reserve(101);
          expect([declined.status, declined.body]).toMatchObject([
            422,
            {
              code: 'ACTION_FAILED',
              effect: 'none',
              retryable: false,
              attempts: 1,
              cause: { code: 'SOLD_OUT', message: 'so many seats are not left' },
            },
          ]);
          const long = await reserve(SEATS_FOR_LONG);
          expect([long.status, long.body.execution?.attempts]).toEqual([200, 1]);
          const again = await reserve(SEATS_FOR_LONG);
          expect([again.headers.get('idempotency-status'), again.body.result]).toEqual([
            'replayed',
            long.body.result,
          ]);
        } finally {
          if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGKILL');
          await ended;
          folder.remove();
        }
      },
    );
  });
});
