import { randomUUID } from 'node:crypto';
import { until } from '@action-do/test-support';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import { type ServiceError, status } from '@grpc/grpc-js';
import { BytesBudget } from './bytes-budget.js';
import { GatheredAppend } from './gathered-append.js';
import { identifier, nothing, type RawClient, rawClient, untilEnd, uuid } from './testing/raw-client.js';
import { type ServedLog, serveLog } from './testing/served-log.js';

let served: ServedLog;
let client: RawClient;
const opened = async (...options: Parameters<typeof serveLog>) => {
  served = await serveLog(...options);
  client = rawClient(served.server.port);
};
afterEach(async () => {
  client.close();
  await served.dispose();
  expect(served.errors).toEqual([]);
});

const waiting = () => served.server.counts.waitingBytes;

function message({ type = 'Noted', data = '{}' } = {}): streams.BatchAppendReq.ProposedMessage {
  const proposed = new streams.BatchAppendReq.ProposedMessage().setId(uuid(randomUUID()));
  proposed.getMetadataMap().set('type', type).set('content-type', 'application/json');
  return proposed.setData(Buffer.from(data));
}
const optionsOf = (stream: string) =>
  new streams.BatchAppendReq.Options().setStreamIdentifier(identifier(stream)).setAny(nothing());
const begin = (stream: string, ...messages: streams.BatchAppendReq.ProposedMessage[]) =>
  new streams.BatchAppendReq()
    .setCorrelationId(uuid(randomUUID()))
    .setOptions(optionsOf(stream))
    .setProposedMessagesList(messages);
const again = (begun: streams.BatchAppendReq, isFinal: boolean) =>
  new streams.BatchAppendReq()
    .setCorrelationId(begun.getCorrelationId())
    .setProposedMessagesList([message()])
    .setIsFinal(isFinal);

/** A batch call that stays open. */
function batchCall() {
  const call = client.batchAppend();
  const ended = untilEnd(call);
  const answers: streams.BatchAppendResp[] = [];
  call.on('data', (answer: streams.BatchAppendResp) => answers.push(answer));
  return { call, ended, answers };
}
const codeOf = (answer: streams.BatchAppendResp | undefined) => answer?.getError()?.getCode();
const INVALID = 3;

describe('an append in parts', () => {
  it('is counted with its name and what is noted of it, from its first part on', async () => {
    await opened();
    const { call, ended } = batchCall();
    call.write(begin('n'.repeat(100_000)));
    await until('it is there', () => waiting() > 0);
    expect(waiting()).toBeGreaterThan(100_000);
    call.end();
    await ended;
    expect(waiting()).toBe(0);
  });

  it('of which there are 64 already is answered at once, and nothing of it kept', async () => {
    await opened();
    const { call, ended, answers } = batchCall();
    for (let each = 0; each < 64; each += 1) call.write(begin(`s-${each}`));
    await until('they are there', () => waiting() > 64 * 1_024);
    const before = waiting();
    const late = Array.from({ length: 20 }, (_, each) =>
      begin(`late-${each}${'x'.repeat(20_000)}`, message()),
    );
    for (const each of late) call.write(each);
    await until('they are answered', () => answers.length === 20);
    expect(answers.map(codeOf)).toEqual(Array(20).fill(INVALID));
    expect(waiting()).toBe(before);
    call.end();
    await ended;
  });

  it('refused for its name is answered at once, without the name, and its rest is no new append', async () => {
    await opened();
    const { call, ended, answers } = batchCall();
    const wrong = begin('x'.repeat(128 * 1_024 + 1), message());
    call.write(wrong);
    await until('it is answered', () => answers.length === 1);
    expect(codeOf(answers[0])).toBe(INVALID);
    expect(answers[0]?.getStreamIdentifier()?.getStreamName()).toBe('');
    expect(waiting()).toBe(0);
    call.write(again(wrong, false).setOptions(optionsOf('rest')));
    call.write(again(wrong, true).setOptions(optionsOf('rest')));
    call.write(begin('next', message()).setIsFinal(true));
    call.end();
    expect((await ended).answers).toHaveLength(2);
    expect(served.store.raw.head('next')).toBeDefined();
    expect(served.store.raw.head('rest')).toBeUndefined();
  });

  it('that does not end in time is answered, and let go', async () => {
    await opened({}, { gatheringMs: 100 });
    const { call, ended, answers } = batchCall();
    const slow = begin('slow', message());
    call.write(slow);
    await until('it is answered', () => answers.length === 1);
    expect(codeOf(answers[0])).toBe(INVALID);
    expect(waiting()).toBe(0);
    call.write(again(slow, true));
    call.end();
    expect((await ended).answers).toHaveLength(1);
    expect(served.store.raw.head('slow')).toBeUndefined();
  });

  it('refused in more parts than can be told apart ends its call', async () => {
    await opened();
    const { call, ended, answers } = batchCall();
    call.on('error', () => undefined);
    for (let each = 0; each < 64 + 4_097; each += 1) call.write(begin('s'));
    expect((await ended).error?.code).toBe(status.RESOURCE_EXHAUSTED);
    expect(answers.length).toBeLessThanOrEqual(4_097);
    await until('all is let go', () => waiting() === 0);
  });

  it('by an id that is longer than any UUID is refused, and its id not sent back', async () => {
    await opened();
    const { call, ended } = batchCall();
    call.write(
      begin('s', message())
        .setCorrelationId(uuid('i'.repeat(65)))
        .setIsFinal(true),
    );
    call.end();
    const { answers } = await ended;
    expect(answers.map(codeOf)).toEqual([INVALID]);
    expect(answers[0]?.hasCorrelationId()).toBe(false);
  });
});

describe('an append of its own call', () => {
  it('that does not end in time is told so, takes no more memory, and is not written', async () => {
    await opened({}, { gatheringMs: 100 });
    const failed = new Promise<ServiceError | null>((resolve) => {
      const call = client.append((error) => resolve(error));
      const options = new streams.AppendReq.Options().setStreamIdentifier(identifier('idle'));
      call.write(new streams.AppendReq().setOptions(options.setAny(nothing())));
    });
    expect((await failed)?.code).toBe(status.DEADLINE_EXCEEDED);
    await until('it is let go', () => waiting() === 0);
    expect(served.store.raw.head('idle')).toBeUndefined();
  });
});

describe('what an append takes', () => {
  beforeEach(() => opened());

  it('is bounded for all clients together: the next is told to come again, and what is let go is free again', () => {
    const small = new BytesBudget(4_096);
    const gathered = new GatheredAppend(small);
    for (let each = 0; each < 3; each += 1) gathered.add(message());
    expect(gathered.refused).toBeUndefined();
    const late = new GatheredAppend(small);
    late.add(message({ data: 'x'.repeat(4_000) }));
    expect(late.refused).toMatchObject({ kind: 'busy' });
    gathered.letGo();
    expect(small.take(4_096)).toBe(true);
  });

  it('is at least 256 bytes for each event, and 1 KiB for itself', () => {
    const gathered = new GatheredAppend(new BytesBudget(1_000_000));
    expect(gathered.bytes).toBe(1_024);
    gathered.add(message({ data: '' }));
    expect(gathered.bytes).toBeGreaterThan(1_024 + 256);
  });

  it('is for its type what the log stores, which may be six times its length', () => {
    const gathered = new GatheredAppend(new BytesBudget(100_000_000));
    gathered.add(message({ type: '\u0001'.repeat(1_000) }));
    expect(gathered.bytes).toBeGreaterThan(6_000);
    gathered.add(message({ type: '\u0001'.repeat(3_000_000) }));
    expect(gathered.refused).toMatchObject({ kind: 'bad-request' });
  });

  it('is not the message that it came in, of which it is a small part', () => {
    const gathered = new GatheredAppend(new BytesBudget(100_000_000));
    const whole = new Uint8Array(1_000_000);
    gathered.add(message().setData(whole.subarray(0, 10)));
    expect(gathered.events[0]?.data.buffer.byteLength).toBe(10);
  });
});
