import { setImmediate as turn } from 'node:timers/promises';
import type { TenantName } from '@action-do/contracts';
import { pause } from '../ports.js';
import { StillClock } from '../testing/http-world.contract.js';
import { SystemNames } from './resolve.js';

const tenant = (name: string) => name as TenantName;
const [acme, zeta, yota] = [tenant('acme'), tenant('zeta'), tenant('yota')] as const;

/** Names that the system is asked for, in order, and answers when a test says so. */
function world() {
  const clock = new StillClock();
  const asked: string[] = [];
  const answers = new Map<string, (addresses: string[]) => void>();
  const look = (name: string) =>
    new Promise<string[]>((resolve, reject) => {
      asked.push(name);
      answers.set(name, (addresses) =>
        addresses.length > 0 ? resolve(addresses) : reject(new Error('none')),
      );
    });
  const { resolve } = new SystemNames(clock, look);
  const said: string[] = [];
  const ask = (name: string, of = acme, signal = new AbortController().signal): void => {
    resolve(name, of, signal).then(
      (addresses) => said.push(`${name} ${addresses}`),
      (error) => said.push(`${name} ${error.code ?? error.message}`),
    );
  };
  const answer = async (name: string, ...addresses: string[]) => {
    answers.get(name)?.(addresses);
    await turn();
  };
  return { clock, asked, said, ask, answer };
}

describe('names', () => {
  it('are looked up one at a time for a tenant, and each once for all who ask meanwhile', async () => {
    const { asked, said, ask, answer, clock } = world();
    for (const name of ['a', 'b', 'a']) ask(name);
    ask('c', zeta);
    await turn();
    expect(asked).toEqual(['a', 'c']);
    await answer('a', '1.1.1.1');
    expect([asked, said]).toEqual([
      ['a', 'c', 'b'],
      ['a 1.1.1.1', 'a 1.1.1.1'],
    ]);
    await answer('b');
    await answer('c', '3.3.3.3', '4.4.4.4');
    expect(said.slice(2)).toEqual(['b none', 'c 3.3.3.3,4.4.4.4']);
    expect(clock.timerCount).toBe(0);
  });

  it('that were answered are known for five seconds; that there is none is asked again', async () => {
    const { asked, said, ask, answer, clock } = world();
    ask('a');
    await turn();
    await answer('a', '1.1.1.1');
    clock.pass(4_999);
    ask('a', zeta);
    await turn();
    expect([asked, said]).toEqual([['a'], ['a 1.1.1.1', 'a 1.1.1.1']]);
    clock.pass(1);
    ask('a');
    await turn();
    expect(asked).toEqual(['a', 'a']);
    await answer('a');
    ask('a');
    await turn();
    expect(asked).toEqual(['a', 'a', 'a']);
  });

  it('that hang hold up no other tenant, and whoever waits behind them is told that there is no room', async () => {
    const { asked, said, ask, answer, clock } = world();
    ask('hangs');
    for (let at = 0; at < 63; at++) ask(`a${at}`);
    ask('one too many');
    ask('z', zeta);
    await turn();
    expect([asked, said]).toEqual([['hangs', 'z'], ['one too many HTTP_BUSY']]);
    await answer('z', '1.1.1.1');
    clock.pass(4_000);
    await turn();
    expect(said).toHaveLength(2 + 63);
    expect(new Set(said.slice(2).map((text) => text.split(' ')[1]))).toEqual(new Set(['HTTP_BUSY']));
    // What nobody waits for any more is not looked up.
    await answer('hangs');
    expect([asked.length, said.at(-1)]).toEqual([2, 'hangs none']);
    expect(clock.timerCount).toBe(0);
  });

  it('of all tenants whose last one was slow are looked up one at a time, until one is quick', async () => {
    const { asked, ask, answer, clock } = world();
    ask('a', acme);
    ask('z', zeta);
    await turn();
    clock.pass(1_001);
    await answer('a');
    await answer('z');
    ask('a2', acme);
    ask('z2', zeta);
    ask('y', yota);
    await turn();
    expect(asked.slice(2)).toEqual(['a2', 'y']);
    await answer('y', '1.1.1.1');
    expect(asked.slice(4)).toEqual([]);
    await answer('a2', '1.1.1.1');
    await answer('z2', '1.1.1.1');
    ask('a3', acme);
    ask('z3', zeta);
    await turn();
    expect(asked.slice(4)).toEqual(['z2', 'a3', 'z3']);
  });

  it('of those tenants are looked up in turn, however many one of them waits for', async () => {
    const { asked, ask, answer, clock } = world();
    for (const [name, of] of [['a', acme] as const, ['z', zeta] as const]) ask(name, of);
    await turn();
    clock.pass(1_001);
    await answer('a');
    await answer('z');
    for (const name of ['a1', 'a2', 'a3']) ask(name, acme);
    for (const name of ['z1', 'z2']) ask(name, zeta);
    await turn();
    for (const name of ['a1', 'z1', 'a2']) {
      clock.pass(1_001);
      await answer(name);
    }
    expect(asked.slice(2)).toEqual(['a1', 'z1', 'a2', 'z2']);
  });

  it('are no reason to wait in that line a minute later', async () => {
    const { asked, ask, answer, clock } = world();
    for (const [name, of] of [['a', acme] as const, ['z', zeta] as const]) ask(name, of);
    await turn();
    clock.pass(1_001);
    await answer('a');
    clock.pass(10);
    await answer('z');
    clock.pass(59_990);
    ask('a1', acme);
    ask('z1', zeta);
    await turn();
    expect(asked.slice(2)).toEqual(['a1', 'z1']);
  });

  it('of which one is slow while it is looked up hold one thread with those that were, and leave the other to the rest', async () => {
    const { asked, ask, answer, clock } = world();
    ask('z', zeta);
    await turn();
    clock.pass(1_001);
    await answer('z');
    ask('hangs', acme);
    await turn();
    clock.pass(1_001);
    ask('z2', zeta);
    ask('y', yota);
    await turn();
    expect(asked.slice(1)).toEqual(['hangs', 'y']);
  });

  it('are never more than the system has threads for: whoever waits for one is told that there is no room', async () => {
    const { asked, said, ask, clock } = world();
    ask('hangs a', acme);
    ask('hangs z', zeta);
    ask('y', yota);
    await turn();
    clock.pass(4_000);
    await turn();
    expect([asked, said]).toEqual([['hangs a', 'hangs z'], ['y HTTP_BUSY']]);
    expect(clock.timerCount).toBe(0);
  });

  it('are given up by whoever asked: there was no room, or no answer; what all gave up is not looked up', async () => {
    const { asked, said, ask, answer, clock } = world();
    const over = new AbortController();
    for (const name of ['a', 'b', 'c']) ask(name, acme, over.signal);
    ask('c', acme);
    await turn();
    over.abort();
    await turn();
    ask('d', acme, over.signal);
    await turn();
    expect(said).toEqual(['a it took too long', 'b HTTP_BUSY', 'c HTTP_BUSY', 'd HTTP_BUSY']);
    await answer('a', '1.1.1.1');
    await answer('c', '3.3.3.3');
    expect([asked, said.at(-1), clock.timerCount]).toEqual([['a', 'c'], 'c 3.3.3.3', 0]);
  });

  it('of one tenant that hang keep nobody from theirs for good, after the system was slow once', async () => {
    const clock = new StillClock();
    let isSlow = true;
    const look = async (name: string) => {
      if (name.startsWith('hangs')) return pause(clock, 10_000).then(() => Promise.reject(new Error('none')));
      if (isSlow) await pause(clock, 1_200);
      return ['1.1.1.1'];
    };
    const { resolve } = new SystemNames(clock, look);
    const served = new Map<string, number>();
    const { signal } = new AbortController();
    const ask = (name: string, of: string): void => {
      const note = () => void served.set(of, (served.get(of) ?? 0) + 1);
      resolve(name, tenant(of), signal).then(note, () => {});
    };
    const good = Array.from({ length: 20 }, (_, at) => `good${at}`);
    for (const of of good) ask(of, of);
    ask('hangs', 'bad');
    for (let ms = 0; ms < 600_000; ms += 500) {
      if (ms === 30_000) {
        isSlow = false;
        served.clear();
      }
      for (let at = 0; at < 8; at++) ask(`hangs ${ms} ${at}`, 'bad');
      for (const [at, of] of good.entries()) if (ms % 10_000 === 500 * at) ask(of, of);
      await turn();
      clock.pass(500);
      await turn();
    }
    // Each asks 57 times in that time, and for some minutes they are all taken for slow.
    expect(Math.min(...good.map((of) => served.get(of) ?? 0))).toBeGreaterThan(45);
  });

  it('are bounded for all tenants together', async () => {
    const { said, ask } = world();
    for (const name of ['t1', 't2', 't3', 't4'])
      for (let at = 0; at < 64; at++) ask(`${name} ${at}`, tenant(name));
    await turn();
    expect(said).toEqual([]);
    ask('more', tenant('t5'));
    await turn();
    expect(said).toEqual(['more HTTP_BUSY']);
  });
});
