import { randomUUID } from 'node:crypto';
import { until } from '@action-do/test-support';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import { type ServiceError, status } from '@grpc/grpc-js';
import { connectTo, readAllOf } from './testing/official-client.js';
import {
  type BatchOptions,
  batchOf,
  batchOptions,
  batchRequest,
  message,
  type Proposed,
  proposed,
} from './testing/raw-batch.js';
import {
  type Ended,
  filter,
  identifier,
  nothing,
  type RawClient,
  rawClient,
  readOptions,
  readRequest,
  untilEnd,
  uuid,
} from './testing/raw-client.js';
import { type ServedLog, serveLog } from './testing/served-log.js';

let served: ServedLog;
let client: RawClient;
beforeAll(async () => {
  served = await serveLog();
  client = rawClient(served.server.port);
});
afterAll(async () => {
  client.close();
  await served.dispose();
  expect(served.errors).toEqual([]);
});

const batch = (...requests: streams.BatchAppendReq[]) => batchOf(client, requests);

/** What can be wrong with an append, whichever way it comes. */
const wrongMessages: readonly [string, (message: Proposed | streams.AppendReq.ProposedMessage) => void][] = [
  ['no id', (wrong) => wrong.clearId()],
  ['an id that is no UUID', (wrong) => wrong.setId(uuid('one'))],
  ['an id of zeros', (wrong) => wrong.setId(uuid('00000000-0000-0000-0000-000000000000'))],
  ['no type', (wrong) => wrong.getMetadataMap().del('type')],
  ['an empty type', (wrong) => wrong.getMetadataMap().set('type', '')],
  ['no content type', (wrong) => wrong.getMetadataMap().del('content-type')],
];
const wrongOptions: readonly [string, (options: BatchOptions | streams.AppendReq.Options) => void][] = [
  ['no stream', (wrong) => wrong.clearStreamIdentifier()],
  ['an empty stream name', (wrong) => wrong.setStreamIdentifier(identifier(''))],
  ['no expectation', (wrong) => wrong.clearAny()],
];

describe('a batch append', () => {
  const isBadRequest = ({ answers, error }: Ended<streams.BatchAppendResp>) => {
    expect(error).toBeUndefined();
    expect(answers.map((answer) => answer.getError()?.getCode())).toEqual([3]);
    expect(answers[0]?.getError()?.getDetails()?.getTypeUrl()).toBe(
      'type.googleapis.com/event_store.client.BadRequest',
    );
  };

  it.each(wrongMessages)('of an event with %s is a bad request, and writes nothing', async (_, spoil) => {
    const stream = `raw-${randomUUID()}`;
    const wrong = message();
    spoil(wrong);
    isBadRequest(await batch(batchRequest(batchOptions(stream), [message(), wrong])));
    expect(served.store.raw.head(stream)).toBeUndefined();
  });

  it.each(wrongOptions)('with %s is a bad request', async (_, spoil) => {
    const options = batchOptions();
    spoil(options);
    isBadRequest(await batch(batchRequest(options, [message()])));
  });

  it('without options is never answered, and the next one is', async () => {
    const { answers } = await batch(
      batchRequest(undefined, [message()]),
      batchRequest(batchOptions(), [message()]),
    );
    expect(answers).toHaveLength(1);
    expect(answers[0]?.hasSuccess()).toBe(true);
  });

  it('may come in several messages, between those of others, and is answered once, with its own id and stream', async () => {
    const [first, second] = [batchOptions('chunks-1'), batchOptions('chunks-2')];
    const begin = batchRequest(first, [message()], false);
    const end = batchRequest(undefined, [message()]).setCorrelationId(begin.getCorrelationId());
    const between = batchRequest(second, [message()]);
    const { answers } = await batch(begin, between, end);
    expect(answers.map((answer) => answer.getCorrelationId()?.getString()).sort()).toEqual(
      [begin, between].map((request) => request.getCorrelationId()?.getString()).sort(),
    );
    for (const answer of answers) {
      const name = Buffer.from(answer.getStreamIdentifier()?.getStreamName_asU8() ?? []).toString();
      expect(answer.getSuccess()?.getCurrentRevision()).toBe(name === 'chunks-1' ? '1' : '0');
    }
  });

  it('is answered, and the call ends, when the client has said all it has to say', async () => {
    const { answers, error } = await batch(
      ...Array.from({ length: 200 }, () => batchRequest(batchOptions(), [message()])),
    );
    expect(error).toBeUndefined();
    expect(answers.filter((answer) => answer.hasSuccess())).toHaveLength(200);
  });

  it('keeps of a content type whether it is JSON, and does not look whether the data is', async () => {
    const words = Buffer.from('{ no JSON');
    const typed = (contentType: string) => {
      const one = message().setData(words);
      one.getMetadataMap().set('content-type', contentType);
      return one;
    };
    const types = ['application/json', 'text/plain', 'application/json; charset=utf-8', 'APPLICATION/JSON'];
    await batch(batchRequest(batchOptions('typed'), types.map(typed)));
    const official = connectTo(served.server.port);
    const [json, ...others] = (await readAllOf(official.readStream('typed'))).map((read) => read.event);
    await official.dispose();
    expect(json).toMatchObject({ isJson: true, data: words.toString() });
    expect(others).toHaveLength(3);
    for (const other of others) {
      expect(other?.isJson).toBe(false);
      expect(Buffer.from(other?.data as Uint8Array)).toEqual(words);
    }
    const { answers } = await untilEnd(client.read(readRequest(readOptions('typed'))));
    const said = answers.map((answer) => answer.getEvent()?.getEvent()?.getMetadataMap().get('content-type'));
    const bytes = 'application/octet-stream';
    expect(said.filter((each) => each !== undefined)).toEqual(['application/json', bytes, bytes, bytes]);
  });

  it('may name its event by a structured UUID', async () => {
    const wrong = message();
    const id = wrong.getId();
    const halves = new (
      await import('@eventstore/db-client/generated/shared_pb.js')
    ).default.UUID.Structured();
    id?.setStructured(halves.setMostSignificantBits('-1').setLeastSignificantBits('2'));
    await batch(batchRequest(batchOptions('structured'), [wrong]));
    const [written] = served.store.raw.readStreamPage('structured', 0, 'forwards', 1).events;
    expect(written?.id).toBe('ffffffff-ffff-ffff-0000-000000000002');
  });
});

it('what was begun and never ended is let go: with the call, or when the client has said all', async () => {
  const begun = () => batchRequest(batchOptions(), [message()], false);
  await batch(begun(), begun());
  expect(served.server.counts.waitingBytes).toBe(0);
  const call = client.batchAppend();
  const ended = untilEnd(call);
  call.write(begun());
  await until('it is there', () => served.server.counts.waitingBytes > 0);
  call.cancel();
  await ended;
  await until('it is let go', () => served.server.counts.waitingBytes === 0);
});

describe('an append of its own call', () => {
  const append = (...requests: streams.AppendReq[]) =>
    new Promise<{ error: ServiceError | null; response: streams.AppendResp }>((resolve) => {
      const call = client.append((error: ServiceError | null, response: streams.AppendResp) =>
        resolve({ error, response }),
      );
      for (const request of requests) call.write(request);
      call.end();
    });
  const options = (stream = `raw-${randomUUID()}`) =>
    new streams.AppendReq.Options().setStreamIdentifier(identifier(stream)).setAny(nothing());
  const head = (named = options()) => new streams.AppendReq().setOptions(named);
  const body = (proposal = proposed(new streams.AppendReq.ProposedMessage())) =>
    new streams.AppendReq().setProposedMessage(proposal);

  it.each(wrongMessages)('of an event with %s lacks a property', async (_, spoil) => {
    const wrong = proposed(new streams.AppendReq.ProposedMessage());
    spoil(wrong);
    const { error } = await append(head(), body(wrong));
    expect(error?.code).toBe(status.INVALID_ARGUMENT);
    expect(error?.metadata.get('exception')).toEqual(['missing-required-metadata-property']);
  });

  it.each(wrongOptions)('with %s lacks a property', async (_, spoil) => {
    const wrong = options();
    spoil(wrong);
    const { error } = await append(head(wrong), body());
    expect(error?.metadata.get('exception')).toEqual(['missing-required-metadata-property']);
  });

  it('of which nothing comes, or no options, is refused', async () => {
    expect((await append()).error?.code).toBe(status.INVALID_ARGUMENT);
    expect((await append(body())).error?.code).toBe(status.INVALID_ARGUMENT);
  });

  it('tells older clients of a wrong revision in the fields that they read', async () => {
    await append(head(options('older')), body());
    const { response } = await append(head(options('older').setRevision('7')), body());
    expect(response.getWrongExpectedVersion()?.toObject()).toMatchObject({
      currentRevision: '0',
      currentRevision2060: 0,
      expectedRevision: '7',
      expectedRevision2060: 7,
    });
  });

  it('whose caller has gone before it was all there is not written', async () => {
    const stream = `raw-${randomUUID()}`;
    let call: ReturnType<RawClient['append']> | undefined;
    const gone = new Promise((resolve) => {
      call = client.append(resolve);
    });
    call?.write(head(options(stream)));
    call?.write(body());
    await until('it is there', () => served.server.counts.waitingBytes > 0);
    call?.cancel();
    await gone;
    await until('it is let go', () => served.server.counts.waitingBytes === 0);
    await append(head(), body());
    expect(served.store.raw.head(stream)).toBeUndefined();
  });
});

describe('a read', () => {
  beforeAll(async () => {
    await batch(batchRequest(batchOptions('shown-1'), Array.from({ length: 6 }, message)));
    await batch(batchRequest(batchOptions('hidden-1'), Array.from({ length: 50 }, message)));
    await batch(batchRequest(batchOptions('shown-2'), Array.from({ length: 6 }, message)));
  });
  const read = (options?: streams.ReadReq.Options) => untilEnd(client.read(readRequest(options)));
  const fromNowhere = () => {
    const stream = readOptions('a').getStream();
    stream?.clearStart();
    return stream;
  };
  const endless = () => new streams.ReadReq.Options.SubscriptionOptions();
  const tooManyPrefixes = () => filter({ on: 'stream', prefixes: Array<string>(1_001).fill('a') });
  const namesOf = ({ answers }: Ended<streams.ReadResp>) =>
    answers.map((answer) =>
      Buffer.from(
        answer.getEvent()?.getEvent()?.getStreamIdentifier()?.getStreamName_asU8() ?? [],
      ).toString(),
    );

  it.each<[string, (options: streams.ReadReq.Options) => void]>([
    ['of nothing', (wrong) => wrong.clearAll()],
    ['that says not how long', (wrong) => wrong.clearCount()],
    ['from nowhere', (wrong) => wrong.getAll()?.clearStart()],
    ['of a stream without a name', (wrong) => wrong.setStream(readOptions('').getStream())],
    ['from nowhere in a stream', (wrong) => wrong.setStream(fromNowhere())],
    ['with a filter of nothing', (wrong) => wrong.setFilter(new streams.ReadReq.Options.FilterOptions())],
    ['with more prefixes than the bound', (wrong) => wrong.setFilter(tooManyPrefixes())],
    ['that follows backwards', (wrong) => wrong.setReadDirection(1).setSubscription(endless())],
  ])('%s is an invalid argument', async (_, spoil) => {
    const options = readOptions();
    spoil(options);
    expect((await read(options)).error?.code).toBe(status.INVALID_ARGUMENT);
  });

  it('without options is an invalid argument', async () => {
    expect((await read()).error?.code).toBe(status.INVALID_ARGUMENT);
  });

  it('of no event of the log is an error', async () => {
    expect((await read(readOptions().setCount('0'))).error?.code).toBe(status.UNKNOWN);
  });

  it('with a filter counts what fits, both ways', async () => {
    const options = () =>
      readOptions()
        .setFilter(filter({ on: 'stream', prefixes: ['shown-'] }))
        .setCount('8');
    const forwards = namesOf(await read(options()));
    expect(forwards).toHaveLength(8);
    expect(forwards.every((name) => name.startsWith('shown-'))).toBe(true);
    const backwards = options().setReadDirection(1);
    backwards.getAll()?.setEnd(nothing());
    expect(namesOf(await read(backwards)).slice(0, 7)).toEqual([...Array(6).fill('shown-2'), 'shown-1']);
  });

  it('gives UUIDs in halves to who wants them so', async () => {
    const options = readOptions('structured');
    options.getUuidOption()?.setStructured(nothing());
    const [answer] = (await read(options)).answers;
    expect(answer?.getEvent()?.getEvent()?.getId()?.getStructured()?.toObject()).toEqual({
      mostSignificantBits: '-1',
      leastSignificantBits: '2',
    });
  });

  it('tells the last revision to who wants it', async () => {
    const wants = new streams.ReadReq.Options.ControlOption().setCompatibility(1);
    const { answers } = await read(readOptions('shown-1').setCount('2').setControlOption(wants));
    expect(answers.map((answer) => answer.getLastStreamPosition())).toEqual(['0', '0', '5']);
    expect(answers.at(-1)?.hasLastStreamPosition()).toBe(true);
  });

  it('of a name that is no UTF-8 has its bad bytes replaced', async () => {
    const options = batchOptions();
    options.setStreamIdentifier(identifier(Uint8Array.from([0x61, 0xff, 0x62])));
    expect((await batch(batchRequest(options, [message()]))).answers[0]?.hasSuccess()).toBe(true);
    expect(served.store.raw.head('a\ufffdb')).toBeDefined();
  });
});
