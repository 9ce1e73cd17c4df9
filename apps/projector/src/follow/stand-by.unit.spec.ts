import { gatewaySubjects, HEADERS } from '@action-do/contracts';
import { header, InProcessBus } from '@action-do/messaging';
import { until } from '@action-do/test-support';
import { ForeignViews, ViewsInUse } from '@action-do/views';
import { type OpenWriter, systemClock, type ViewsPlace } from '../ports.js';
import {
  ACME,
  appendKey,
  followerWorld,
  LastingViews,
  listeningLog,
} from '../testing/follower-world.contract.js';
import { startProjector } from './start-projector.js';

/** A database with its lock: one writer at a time, whoever comes first. */
function database() {
  const views = new LastingViews();
  let taken = false;
  const state = { opened: 0, foreign: false };
  const openWriter: ViewsPlace['openWriter'] = async (how) => {
    if (taken) throw new ViewsInUse('memory');
    state.opened += 1;
    if (state.foreign && how?.anew !== true) throw new ForeignViews('memory', 'other', 'k7wq');
    state.foreign = false;
    taken = true;
    return new Proxy(views, {
      get: (target, name) => {
        if (name === 'close')
          return async () => {
            taken = false;
          };
        const member: unknown = Reflect.get(target, name);
        return typeof member === 'function' ? member.bind(target) : member;
      },
    }) satisfies OpenWriter;
  };
  return { views, state, place: { openWriter, openReader: async () => views } };
}

function projectors(names: readonly string[], foreign = false) {
  const { log } = followerWorld();
  const bus = new InProcessBus();
  const { views, state, place } = database();
  state.foreign = foreign;
  const started = names.map((name) => {
    const { told, logger } = listeningLog();
    const parts = { log, views: place, bus, clock: systemClock, logger, standsBy: true };
    return { name, told, ...startProjector(parts) };
  });
  const ask = async (verb: 'status' | 'rebuild') => {
    const subject = gatewaySubjects.views(ACME, verb);
    const headers = { [HEADERS.actorType]: 'key', [HEADERS.actorId]: 'k1' };
    const reply = await bus.request(subject, new Uint8Array(), { headers, timeoutMs: 5_000 });
    return {
      code: header(reply.headers, HEADERS.errorCode),
      body: JSON.parse(new TextDecoder().decode(reply.payload)),
    };
  };
  const active = () => started.filter(({ follower }) => follower.followed !== null);
  const end = async () => {
    await Promise.all(started.map(({ close }) => close()));
    await bus.close();
  };
  return { log, views, state, started, ask, active, end };
}

const standsBy = ({ told }: { told: readonly { message: string }[] }) =>
  told.filter(({ message }) => message.endsWith('standing by')).length;

describe('projectors of one database', () => {
  it('are one that writes and others that stand by, say so once, and take over when it goes', async () => {
    const { log, views, started, active, end } = projectors(['a', 'b']);
    await until('one writes', () => active().length === 1);
    const [writes] = active();
    const [other] = started.filter((each) => each !== writes);
    await until('the other stands by', () => other !== undefined && standsBy(other) === 1);
    await appendKey(log, 'a');
    await until('what is appended is written', () => views.audit.size === 1);
    const goneAtMs = performance.now();
    await writes?.close();
    await until('the other writes', () => active()[0] === other);
    expect(performance.now() - goneAtMs).toBeLessThan(2_000);
    await appendKey(log, 'b');
    await until('nothing is missing', () => views.audit.size === 2);
    expect(other && standsBy(other)).toBe(1);
    expect(other?.told.filter(({ level }) => level === 'warn' || level === 'error')).toEqual([]);
    await end();
  });

  it('answer for the views by the one that writes, whoever that is', async () => {
    const { started, ask, active, end } = projectors(['a', 'b', 'c']);
    await until('one writes', () => active().length === 1);
    await until('the others stand by', () => started.filter((each) => standsBy(each) === 1).length === 2);
    for (const _ of Array.from({ length: 20 }))
      expect(await ask('status')).toMatchObject({ code: undefined, body: { position: 'k7wq-0' } });
    await active()[0]?.close();
    await until('another writes', () => active().length === 1);
    for (const _ of Array.from({ length: 20 })) expect((await ask('status')).code).toBeUndefined();
    await end();
  });

  it('that find views which do not fit all wait for a decision, and one that is made is enough', async () => {
    const two = projectors(['a', 'b'], true);
    await until('both tell it', () => two.started.every(({ told }) => errorsIn(told) === 1));
    const opened = two.state.opened;
    // Each looks again, and tells it no second time.
    await until('both looked again', () => two.state.opened >= opened + 2);
    expect(two.started.map(({ told }) => errorsIn(told))).toEqual([1, 1]);
    await until('somebody takes the command', async () => {
      try {
        return (await two.ask('rebuild')).code === undefined;
      } catch {
        return false;
      }
    });
    await until('one writes', () => two.active().length === 1);
    await until('the other stands by', () => two.started.some((each) => standsBy(each) === 1));
    expect((await two.ask('status')).code).toBeUndefined();
    await two.end();
  });
});

const errorsIn = (told: readonly { level: string }[]) => told.filter(({ level }) => level === 'error').length;
