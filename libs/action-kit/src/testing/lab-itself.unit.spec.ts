import { z } from 'zod';
import { defineAction } from '../define-action.js';
import { CrashLabError, crashLab, crashPoint } from './crash-lab.js';
import { lifeWith, OutsideWorld } from './outside-world.contract.js';

let world: OutsideWorld;
beforeEach(() => {
  world = new OutsideWorld();
});

describe('the lab', () => {
  it('tells the same of the same action each time', async () => {
    const once = await world.lab('idempotent', () => world.write('a'));
    const again = await world.lab('idempotent', () => world.write('a'));
    expect(again.lives).toEqual(once.lives);
  });

  it('lets go what a call waits for: what a dead process held is freed, and who was paused comes back', async () => {
    let free = Promise.resolve();
    const locked = async <T>(work: () => Promise<T>): Promise<T> => {
      const before = free;
      let release: () => void = () => {};
      free = new Promise((open) => {
        release = open;
      });
      await before;
      return work().finally(release);
    };
    const report = await world.lab(
      'idempotent',
      ({ idempotencyKey }) => locked(() => world.writeOnce(idempotencyKey)),
      {},
      { faultsMax: 1 },
    );
    report.assertKept();
    const told = (fault: string) => lifeWith(report, `${fault} at "the invoice is asked for"`).story;
    expect(told('dies')).toContain('call 2 waits: what the dead process held open is closed');
    expect(told('pauses')).toContain('call 2 waits: who was paused has come back');
  });

  it("clears dead processes away when their life is judged: what their code does then is nobody's effect", async () => {
    let cleared = 0;
    const report = await world.lab('idempotent', (ctx) =>
      world.writeOnce(ctx.idempotencyKey).catch((error: unknown) => {
        cleared++;
        world.invoices.push('in place of what was never written');
        throw error;
      }),
    );
    report.assertKept();
    expect(cleared).toBeGreaterThan(0);
  });

  it('names a handler that does not come to its end', async () => {
    let calls = 0;
    const report = await world.lab(
      'idempotent',
      (ctx) => (++calls === 3 ? new Promise(() => {}) : world.writeOnce(ctx.idempotencyKey)),
      {},
      { handlerMs: 50, faultsMax: 1 },
    );
    expect(report.broken).toMatchObject([{ why: 'a call of the handler did not end' }]);
  });

  it('says how many lives it left out, and calls nothing kept that it did not live, unless it may', async () => {
    const report = await world.lab(
      'idempotent',
      (ctx) => world.writeOnce(ctx.idempotencyKey),
      {},
      { livesMax: 5 },
    );
    expect(report.lives).toHaveLength(5);
    expect(report.leftOut).toBeGreaterThan(10);
    expect(String(report)).toContain(`${report.leftOut} lives more were not lived: raise livesMax`);
    expect(() => report.assertKept()).toThrow(/lives more were not lived/);
    expect(report.assertKept({ leavesOut: true })).toBeUndefined();
  });

  it('gives each life the params that it asks for, and counts with them', async () => {
    const balance = new Map<string, number>();
    const setBalance = defineAction({
      name: 'set-balance',
      params: z.object({ account: z.string(), cents: z.int().default(5) }),
      result: z.null(),
      effects: 'idempotent',
      run: async ({ account, cents }) => {
        await crashPoint('before');
        balance.set(account, cents);
        return null;
      },
    });
    const report = await crashLab(setBalance, {
      params: (life) => ({ account: `a${life}` }),
      countEffects: ({ params }) => Number(balance.get(params.account) === 5),
    });
    report.assertKept();
  });

  it('refuses what it cannot work with, and says why', async () => {
    const refused = async (
      options: Parameters<OutsideWorld['lab']>[3],
      run = (): Promise<string> => world.write('a'),
    ): Promise<string> => {
      const error = await world.lab('idempotent', run, {}, options).then(
        () => undefined,
        (thrown: unknown) => thrown,
      );
      expect(error).toBeInstanceOf(CrashLabError);
      return String(error);
    };
    expect(await refused({ countEffects: () => Number.NaN })).toMatch(/countEffects gave NaN/);
    expect(await refused({ params: JSON.parse('{"customerId":5}') })).toMatch(
      /params do not fit: customerId: /,
    );
    expect(await refused({}, () => Promise.reject(new Error('no database')))).toMatch(
      /has to succeed where nothing goes wrong: [\s\S]*no database/,
    );
    await expect(crashLab(JSON.parse('{}'), { params: {}, countEffects: () => 0 })).rejects.toThrow(
      /not one that defineAction made/,
    );
  });

  it('has no hand in crash points outside of it', async () => {
    expect(await crashPoint('anywhere')).toBeUndefined();
  });
});
