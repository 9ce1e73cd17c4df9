import { BusTimeout, NoResponder } from '../errors.js';
import { StreamCoversRequests, StreamsUnchecked } from './nats-errors.js';
import { assertNoStreamCovers, NATS_STREAM_LIST } from './stream-check.js';

const encode = (answer: object) => ({
  payload: new TextEncoder().encode(JSON.stringify(answer)),
  headers: {},
});
const notYet = {
  error: { code: 503, err_code: 10_008, description: 'JetStream system temporarily unavailable' },
};
const notEnabled = {
  error: { code: 503, err_code: 10_039, description: 'JetStream not enabled for account' },
};
const covering = { total: 1, streams: [{ config: { name: 'S', subjects: ['do.>'] } }] };

/** Checks against a server that answers so, one after the other, the last one for ever. */
async function check(...answers: readonly (object | Error)[]) {
  const left = [...answers];
  const waited: number[] = [];
  const ask = async (_: string, __: Uint8Array, timeoutMs: number) => {
    const answer = left.length > 1 ? left.shift() : left[0];
    if (answer instanceof BusTimeout) waited.push(timeoutMs);
    if (answer instanceof Error) throw answer;
    return encode(answer ?? {});
  };
  const pause = async (ms: number) => waited.push(ms);
  const found = await assertNoStreamCovers(['do.v1.cmd.>'], ask, pause).catch((error: unknown) => error);
  return { found, waitedMs: waited.reduce((sum, ms) => sum + ms, 0) };
}

const silent = new BusTimeout(NATS_STREAM_LIST, 1);

describe('the look for streams that cover requests', () => {
  it.each([
    ['says nothing', silent],
    ['says that it is not there yet', notYet],
  ])('is repeated where JetStream %s, and finds one', async (_, answer) => {
    const { found } = await check(answer, answer, covering);
    expect(found).toBeInstanceOf(StreamCoversRequests);
  });

  it.each([
    ['says nothing', silent],
    ['says that it is not there yet', notYet],
  ])('is given up after five seconds where JetStream %s', async (_, answer) => {
    const { found, waitedMs } = await check(answer);
    expect(found).toBeInstanceOf(StreamsUnchecked);
    expect(waitedMs).toBe(5_000);
  });

  it('is over at once where there is no JetStream, or it says what will not change', async () => {
    for (const answer of [new NoResponder(NATS_STREAM_LIST), notEnabled])
      expect(await check(answer)).toEqual({ found: undefined, waitedMs: 0 });
    const { found, waitedMs } = await check({ error: { code: 400, description: 'bad request' } });
    expect([found, waitedMs]).toEqual([expect.any(StreamsUnchecked), 0]);
  });
});
