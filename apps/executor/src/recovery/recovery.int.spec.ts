import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InMemoryEventStore } from '@action-do/event-store';
import { SimWorld } from '@action-do/test-support';
import { action } from '../testing/one-executor.contract.js';
import { SimExecutors, silent } from '../testing/sim-executors.contract.js';
import { findOpenStreams } from './find-open-streams.js';
import { keepRecoveryMark } from './keep-recovery-mark.js';
import { RecoveryMark } from './recovery-mark.js';

let folder = '';
let file = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ado-mark-'));
  file = join(folder, 'recovery-mark.json');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Each run is one start on the same log and the same mark. */
class Starts {
  readonly sim = new SimExecutors(new SimWorld());
  private runs = 0;

  async start(run: () => unknown = () => 'done') {
    const { world } = this.sim;
    const mark = new RecoveryMark(file);
    const read = countReads(world.log);
    const clock = world.process('').clock;
    const open = await findOpenStreams(world.log, mark, clock, silent);
    const name = `run-${++this.runs}`;
    const executor = await this.sim.start(name, { actions: [action('pay', run)] });
    await this.sim.recover(name, [...open]);
    await world.settle();
    const marking = keepRecoveryMark(executor, mark);
    return { name, executor, open, eventsRead: read(), stop: () => marking.stop() };
  }

  pay = (name: string, id: string) => this.sim.answer(name, { action: 'pay', params: { id }, waitMs: 0 });
}

/** How many events a start reads of the log. */
function countReads(log: InMemoryEventStore): () => number {
  const readAll = log.readAll.bind(log);
  let count = 0;
  log.readAll = async function* (options) {
    for await (const event of readAll(options)) {
      count++;
      yield event;
    }
  };
  return () => {
    log.readAll = readAll;
    return count;
  };
}

const hangs = () => new Promise(() => {});

describe('starts on one log', () => {
  it('go well where nothing was ever done, once and again', async () => {
    const starts = new Starts();
    for (let i = 0; i < 3; i++) {
      const { stop, open } = await starts.start();
      await stop();
      expect([...open]).toEqual([]);
    }
    expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({ version: 1, logId: 'sim', streams: [] });
  });

  it('read only what lies behind the mark, also after a run that did nothing', async () => {
    const starts = new Starts();
    const first = await starts.start();
    for (let i = 0; i < 5; i++) await starts.pay(first.name, `${i}`);
    await starts.sim.world.settle();
    await first.stop();
    for (let i = 0; i < 2; i++) {
      const idle = await starts.start();
      await idle.stop();
      expect(idle.eventsRead).toBe(0);
    }
  });

  it('find what the mark names, and what came after it was written', async () => {
    const starts = new Starts();
    const { name, stop } = await starts.start(hangs);
    const before = (await starts.pay(name, 'before')).executionId;
    await stop();
    const after = (await starts.pay(name, 'after')).executionId;
    starts.sim.crash(name);
    const next = await starts.start();
    expect([...next.open].map((stream) => stream.split('.')[1]).sort()).toEqual(
      [before, after].map((id) => /exe_(\w+)-1/.exec(id ?? '')?.[1]).sort(),
    );
    expect(next.eventsRead).toBe(2);
    await next.stop();
  });

  it('find the same without a mark, with a damaged one, and with one of another log', async () => {
    const starts = new Starts();
    const { name, stop } = await starts.start(hangs);
    await starts.pay(name, 'a');
    await stop();
    starts.sim.crash(name);
    const good = await readFile(file, 'utf8');
    const { log } = starts.sim.world;
    const find = () =>
      findOpenStreams(log, new RecoveryMark(file), starts.sim.world.process('').clock, silent);
    const found = [...(await find())];
    expect(found).toHaveLength(1);
    const position = /"after":"\d+"/;
    const others = [
      '',
      '{',
      good.slice(0, -5),
      good.replace('"sim"', '"other"'),
      good.replace('1', '2'),
      good.replace(position, '"after":"-1"'),
      good.replace(position, '"after":7'),
      good.replace(/"streams":.*/, '"streams":[7]}'),
    ];
    for (const text of others) {
      writeFileSync(file, text);
      expect([...(await find())]).toEqual(found);
    }
    rmSync(file);
    expect([...(await find())]).toEqual(found);
  });

  it('read the whole log where the mark lies behind its end: the log was taken back', async () => {
    const starts = new Starts();
    const { name, stop } = await starts.start(hangs);
    await starts.pay(name, 'a');
    await stop();
    writeFileSync(file, JSON.stringify({ version: 1, logId: 'sim', after: '1000', streams: [] }));
    const warnings: string[] = [];
    const logger = { ...silent, warn: (_: object, message: string) => void warnings.push(message) };
    const { world } = starts.sim;
    const open = await findOpenStreams(world.log, new RecoveryMark(file), world.process('').clock, logger);
    expect(open.size).toBe(1);
    expect(warnings).toEqual([expect.stringMatching(/behind the end/)]);
  });

  it('never miss what an earlier run left open in the log without being at it', async () => {
    const starts = new Starts();
    const first = await starts.start(hangs);
    const { world } = starts.sim;
    await starts.pay(first.name, 'left');
    const stopping = first.executor.stop(10);
    await world.run();
    await stopping;
    await first.stop();
    for (let i = 0; i < 2; i++) {
      const idle = await starts.start(hangs);
      expect(idle.open.size).toBe(1);
      await idle.stop();
      starts.sim.crash(idle.name);
    }
  });

  it('tell of a long search every two seconds', async () => {
    const starts = new Starts();
    const { name } = await starts.start();
    for (let i = 0; i < 4; i++) await starts.pay(name, `${i}`);
    await starts.sim.world.settle();
    let nowMs = 0;
    const lines: object[] = [];
    const logger = { ...silent, info: (fields: object) => void lines.push(fields) };
    const slow = { nowMs: () => (nowMs += 500), after: () => () => {} };
    await findOpenStreams(starts.sim.world.log, new RecoveryMark(file), slow, logger);
    expect(lines.length).toBeGreaterThan(1);
  });
});

describe('the recovery mark', () => {
  it('comes back as it was written, and no draft stays', async () => {
    await new RecoveryMark(file).write('l', 7n, ['a', 'b']);
    expect(await new RecoveryMark(file).read('l')).toEqual({ after: 7n, streams: ['a', 'b'] });
    expect(readdirSync(folder)).toEqual(['recovery-mark.json']);
  });

  it('never goes back behind what the start has looked at', async () => {
    const mark = new RecoveryMark(file);
    mark.sawUpTo(9n);
    await mark.write('l', -1n, []);
    expect((await mark.read('l'))?.after).toBe(9n);
    await mark.write('l', 10n, []);
    expect((await mark.read('l'))?.after).toBe(10n);
  });

  it('is written each second while something changes; trouble with it is told and ends nothing', async () => {
    const sim = new SimExecutors(new SimWorld());
    const warnings: string[] = [];
    const logger = { ...silent, warn: (_: object, message: string) => void warnings.push(message) };
    const executor = await sim.start('e1', { actions: [action('pay', hangs)], logger });
    const written: (readonly string[])[] = [];
    let broken = false;
    const mark = Object.assign(new RecoveryMark(file), {
      write: async (_: string, __: bigint, streams: readonly string[]) => {
        if (broken) throw new Error('disk full');
        written.push(streams);
      },
    });
    const marking = keepRecoveryMark(executor, mark);
    await sim.world.tick();
    await sim.answer('e1', { action: 'pay', waitMs: 0 });
    await sim.world.tick();
    broken = true;
    await sim.world.tick();
    await marking.stop();
    expect(written.map(({ length }) => length)).toEqual([0, 1]);
    expect(warnings).toHaveLength(2);
  });
});
