import { HEADERS } from '@action-do/contracts';
import {
  BusClosed,
  BusInterrupted,
  type BusReply,
  BusUnreachable,
  type RequestOptions,
} from '@action-do/messaging';
import { LateBus } from './late-bus.js';

const SUBJECT = 'do.v1.gw.default.action.pay.execute';
const NOTHING = new Uint8Array();
const options = (waitMs: number): RequestOptions => ({
  headers: { [HEADERS.timeoutMs]: String(waitMs), [HEADERS.requestId]: 'r' },
  timeoutMs: 25_000,
});

/** A bus that keeps every request open until a test ends it. */
function heldBus() {
  const asked: { options: RequestOptions; end: (reply: BusReply) => void; fail: (error: unknown) => void }[] =
    [];
  const request = (_subject: string, _payload: Uint8Array, given: RequestOptions): Promise<BusReply> =>
    new Promise((end, fail) => asked.push({ options: given, end, fail }));
  return { asked, request };
}

describe('a gateway without its bus', () => {
  it('tells whoever asks that nothing was sent', async () => {
    await expect(new LateBus().request(SUBJECT, NOTHING, options(1))).rejects.toThrow(BusUnreachable);
  });
});

describe('a gateway with its bus', () => {
  it('passes on questions, answers and errors as they are', async () => {
    const bus = heldBus();
    const late = new LateBus();
    late.arrive(bus);
    const [first, second] = [1, 2].map((waitMs) => late.request(SUBJECT, NOTHING, options(waitMs)));
    expect(bus.asked.map((each) => each.options)).toEqual([options(1), options(2)]);
    const reply = { payload: NOTHING, headers: {} };
    bus.asked[0]?.end(reply);
    bus.asked[1]?.fail(new BusClosed());
    expect(await first).toBe(reply);
    await expect(second).rejects.toThrow(BusClosed);
  });

  it('that hurries keeps nobody waiting: what is open counts as lost, what comes then waits for nothing', async () => {
    const bus = heldBus();
    const late = new LateBus();
    late.arrive(bus);
    const open = late.request(SUBJECT, NOTHING, options(20_000));
    late.hurry();
    await expect(open).rejects.toThrow(BusInterrupted);
    // The answer to what was given up finds nobody.
    bus.asked[0]?.end({ payload: NOTHING, headers: {} });
    void late.request(SUBJECT, NOTHING, options(20_000));
    expect(bus.asked[1]?.options).toEqual({ ...options(0), timeoutMs: 25_000 });
  });
});
