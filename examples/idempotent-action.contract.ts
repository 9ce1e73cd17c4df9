import { freePort } from '@action-do/local-servers';
import type { ActionDefinition, ActionParams, JsonObject } from '@do-sdk/actions';
import { type Service, serviceAt } from './call-service.js';
import type { TriedWorld } from './tried-action.contract.js';

export interface IdempotentAction<D extends ActionDefinition> {
  make(service: Service): D;
  /** Of a piece of work of its own for each number; numbers up to 999 are left to whoever calls this. */
  params(number: number): ActionParams<D> & JsonObject;
  /** The endpoint that does the work, by which its effects are counted, too. */
  readonly on: string;
}

/** What every action owes that says `effects: 'idempotent'`. */
export function keepsItsPromise<D extends ActionDefinition>(
  tried: TriedWorld,
  { make, params, on }: IdempotentAction<D>,
): void {
  let numbers = 1_000;
  const action = () => make(tried.service);
  const work = () => ({ key: tried.freshKey(), params: params(++numbers), before: tried.countOf(on) });

  it('is done once for a key, and every repeat gets the same result', async () => {
    const { key, params, before } = work();
    const first = await tried.perform(action(), params, key);
    expect(first).toMatchObject({ ok: true });
    for (const _repeat of [1, 2]) expect(await tried.perform(action(), params, key)).toEqual(first);
    expect(tried.countOf(on)).toBe(before + 1);
  });

  it('leaves the effect open where the service fails, and the next attempt does the work', async () => {
    const { key, params, before } = work();
    tried.world.plan({ on, kind: 'fail' });
    expect(await tried.perform(action(), params, key)).toMatchObject({
      ok: false,
      effect: 'unknown',
      retryable: true,
      error: { cause: { code: 'SERVICE_FAILED' } },
    });
    expect(tried.countOf(on)).toBe(before);
    expect(await tried.perform(action(), params, key)).toMatchObject({ ok: true });
    expect(tried.countOf(on)).toBe(before + 1);
  });

  it('leaves it open where the answer is lost, and the next attempt finds what was done', async () => {
    const { key, params, before } = work();
    tried.world.plan({ on, kind: 'lose' });
    expect(await tried.perform(action(), params, key)).toMatchObject({
      ok: false,
      effect: 'unknown',
      retryable: true,
      error: { cause: { code: 'ANSWER_LOST' } },
    });
    expect(tried.countOf(on)).toBe(before + 1);
    expect(await tried.perform(action(), params, key)).toMatchObject({ ok: true });
    expect(tried.countOf(on)).toBe(before + 1);
  });

  it('leaves it open where the attempt is given up while the service is silent', async () => {
    const { key, params } = work();
    expect(await tried.giveUpHanging(action(), params, on, key)).toMatchObject({
      ok: false,
      effect: 'unknown',
      retryable: true,
      error: { cause: { message: expect.stringContaining('the attempt timed out') } },
    });
  });

  it('says that nothing happened where nobody answers', async () => {
    const nowhere = make(serviceAt(`http://127.0.0.1:${await freePort()}`));
    expect(await tried.perform(nowhere, work().params)).toMatchObject({
      ok: false,
      effect: 'none',
      retryable: true,
      error: { cause: { code: 'SERVICE_UNREACHABLE' } },
    });
  });

  it('has one effect and its success recorded, wherever its process or the platform dies', async () => {
    const report = await tried.lab(make(tried.mortalService), (life) => params(100_000 + life), on);
    report.assertKept();
    expect(report.lives.length).toBeGreaterThan(15);
  });
}

/** What one owes besides that asks something else once its work is done. @param behind the endpoint that it asks then */
export function neverDeniesItsWork<D extends ActionDefinition>(
  tried: TriedWorld,
  { make, params, on }: IdempotentAction<D>,
  behind: string,
): void {
  let numbers = 2_000;

  it.each([
    ['fails', { kind: 'fail' }],
    ['is overloaded', { kind: 'fail', status: 429 }],
    ['knows nothing of it', { kind: 'fail', status: 404 }],
    ['loses its answer', { kind: 'lose' }],
    ['keeps silent', { kind: 'hang' }],
  ])('never says that nothing happened where what it asks behind its work %s', async (_what, fault) => {
    const [key, work, before] = [tried.freshKey(), params(++numbers), tried.countOf(on)];
    const action = make(tried.service);
    if (fault.kind !== 'hang') tried.world.plan({ on: behind, ...fault });
    const performed = await (fault.kind === 'hang'
      ? tried.giveUpHanging(action, work, behind, key)
      : tried.perform(action, work, key));
    expect(performed).toMatchObject({ ok: false, effect: expect.stringMatching(/^(applied|unknown)$/) });
    expect(await tried.perform(action, work, key)).toMatchObject({ ok: true });
    expect(tried.countOf(on)).toBe(before + 1);
  });
}
