import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { EVENT_LOG_VARIABLES } from '@action-do/event-log';
import { root, textOf } from './repository.js';
import { SERVICES } from './service-variables.js';

const dockerfile = textOf('infra/Dockerfile')
  .replace(/^#.*\n/gm, '')
  .replace(/\\\n/g, ' ');
const instructions = dockerfile
  .split('\n')
  .filter((line) => line.trim() !== '')
  .map((line) => ({ word: line.split(' ')[0] ?? '', rest: line.slice(line.indexOf(' ') + 1) }));
const stages = instructions.filter(({ word }) => word === 'FROM').map(({ rest }) => rest);
const last = instructions.slice(instructions.findLastIndex(({ word }) => word === 'FROM'));
const of = (word: string): string[] => last.filter((each) => each.word === word).map(({ rest }) => rest);

describe('infra/Dockerfile', () => {
  it('has known instructions, and two stages on the current Node LTS', () => {
    const known = 'FROM WORKDIR COPY RUN LABEL ENV USER EXPOSE STOPSIGNAL HEALTHCHECK ENTRYPOINT CMD'.split(
      ' ',
    );
    expect(instructions.filter(({ word }) => !known.includes(word))).toEqual([]);
    expect(stages).toEqual(['node:24-slim AS build', 'node:24-slim']);
  });

  it('runs no install script, and takes what runs without what only builds', () => {
    const installs = instructions.filter(({ rest }) => rest.startsWith('npm ci'));
    expect(installs).toHaveLength(2);
    for (const { rest } of installs) expect(rest).toContain('--ignore-scripts');
    expect(installs[1]?.rest).toContain('--omit=dev');
    expect(of('RUN')).toEqual([]);
  });

  it('has each service, the tool for logs and ado, built and installed', () => {
    const apps = [...Object.keys(SERVICES), 'event-log', 'log-tool', 'cli'];
    const build = instructions.filter(({ word }) => word === 'RUN').map(({ rest }) => rest);
    for (const app of apps) {
      expect(existsSync(`${root}apps/${app}/tsconfig.lib.json`)).toBe(true);
      expect(build.find((run) => run.includes('tsc -b'))).toContain(`apps/${app}/tsconfig.lib.json`);
      expect(build.find((run) => run.includes('--omit=dev'))).toContain(`--workspace apps/${app}`);
    }
  });

  it('has what it runs as bundles, made while there is what makes them, and nothing of it twice', () => {
    const runs = instructions.filter(({ word }) => word === 'RUN').map(({ rest }) => rest);
    const at = (what: string): number => runs.findIndex((run) => run.includes(what));
    const order = [at('tsc -b'), at('node tools/bundle.mjs'), at('--omit=dev'), at('rm -rf apps/')];
    expect(order).toEqual([...order].sort((a, b) => a - b));
    expect(order[0]).toBeGreaterThanOrEqual(0);
    const bundled = [...textOf('tools/bundle/plan.mjs').matchAll(/: '(apps\/[\w-]+)\/dist\//g)];
    expect(bundled.length).toBeGreaterThan(0);
    for (const [, app] of bundled) {
      expect(runs[at('tsc -b')]).toContain(`${app}/tsconfig.lib.json`);
      expect(runs[at('rm -rf apps/')]).toContain(` ${app} `);
    }
    expect(of('COPY')).toContain('--from=build /app/dist ./dist');
  });

  it('runs as nobody in particular, and says where it listens and how it is', () => {
    expect(of('USER')).toEqual(['1000:1000']);
    expect(of('EXPOSE')).toEqual(['8420 8421 8422 2113 2114']);
    expect(of('HEALTHCHECK')[0]).toContain('["node", "infra/healthcheck.mjs"]');
    expect(of('ENTRYPOINT')).toEqual(['["node", "--enable-source-maps", "--max-semi-space-size=32"]']);
    expect(textOf('package.json')).toContain('"start": "node --max-semi-space-size=32 tools/start.mjs"');
    expect(of('CMD')).toEqual(['["dist/gateway.js"]']);
    expect(of('ENV').join()).not.toMatch(/DO_/);
  });

  it('has a place for the data of an event log that belongs to the user that runs it', () => {
    expect(of('COPY')).toContain('--from=build --chown=1000:1000 /data /data');
    expect(instructions.find(({ rest }) => rest.startsWith('find apps'))?.rest).toMatch(/&& +mkdir \/data$/);
    const told = /docker run -v log:\/data ((?:-e \w+=\S+ )+)/.exec(textOf('infra/Dockerfile'))?.[1] ?? '';
    const env = Object.fromEntries(
      [...told.matchAll(/-e (\w+)=(\S+)/g)].map(([, name, value]) => [name, value]),
    );
    expect(Object.keys(env).filter((name) => !(name in EVENT_LOG_VARIABLES))).toEqual([]);
    expect(env).toMatchObject({ DO_DATA_DIR: '/data', DO_EVENT_LOG_HOST: '0.0.0.0' });
  });

  it('sends the builder nothing but sources: no test, no key, no data', () => {
    const [everything, ...rest] = textOf('.dockerignore')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'));
    expect(everything).toBe('*');
    const taken = rest.filter((line) => line.startsWith('!')).map((line) => line.slice(1));
    expect(taken.filter((path) => !existsSync(root + path))).toEqual([]);
    expect(taken.filter((path) => /test|docs|data|\.env|examples/.test(path))).toEqual([]);
    for (const { rest: copied } of last.filter(
      ({ word, rest }) => word === 'COPY' && !rest.startsWith('--from'),
    ))
      expect(taken).toContain(copied.split(' ')[0]);
  });
});

describe('infra/healthcheck.mjs', () => {
  const check = (...args: string[]) =>
    spawnSync(process.execPath, [`${root}infra/healthcheck.mjs`, ...args]).status;

  it('is 1 where nobody answers', () => {
    expect(check('http://127.0.0.1:1/health/ready')).toBe(1);
  });

  it.each([
    ['DO_HTTP_PORT', 200, 0],
    ['DO_HEALTH_PORT', 503, 1],
    ['DO_EVENT_LOG_HTTP_PORT', 200, 0],
  ])('of a service that answers at %s with %i is %i', async (variable, status, exitCode) => {
    const server = createServer((_request, response) => response.writeHead(status).end()).listen(
      0,
      '127.0.0.1',
    );
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const child = spawn(process.execPath, [`${root}infra/healthcheck.mjs`], {
      env: { PATH: process.env['PATH'], [variable]: String(port) },
    });
    const [code] = await once(child, 'exit');
    server.close();
    expect(code).toBe(exitCode);
  });
});
