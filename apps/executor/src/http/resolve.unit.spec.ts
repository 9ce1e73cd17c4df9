import { setImmediate as turn } from 'node:timers/promises';
import type { TenantName } from '@action-do/contracts';
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
  const ask = (name: string, of = acme): void => {
    resolve(name, of).then(
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
    await answer('a2', '1.1.1.1');
    await answer('z2', '1.1.1.1');
    ask('a3', acme);
    ask('z3', zeta);
    await turn();
    expect(asked.slice(4)).toEqual(['z2', 'a3', 'z3']);
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
