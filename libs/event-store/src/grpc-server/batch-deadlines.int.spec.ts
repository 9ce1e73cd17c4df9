import type streams from '@eventstore/db-client/generated/streams_pb.js';
import durations from 'google-protobuf/google/protobuf/duration_pb.js';
import timestamps from 'google-protobuf/google/protobuf/timestamp_pb.js';
import { batchOf, batchOptions, batchRequest, message } from './testing/raw-batch.js';
import { type RawClient, rawClient } from './testing/raw-client.js';
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

/** What becomes of one append: the code and type of its error, or `written`. */
async function outcomeOf(request: streams.BatchAppendReq): Promise<string> {
  const { answers } = await batchOf(client, [request]);
  expect(answers).toHaveLength(1);
  const error = answers[0]?.getError();
  return error ? `${error.getCode()} ${error.getDetails()?.getTypeName()}` : 'written';
}
const OVER = '4 event_store.client.Timeout';
const BAD_REQUEST = '3 event_store.client.BadRequest';
/** No clock and no message goes so far. */
const NEVER_S = 9_000_000_000_000;

describe('a batch append whose deadline is a time', () => {
  it.each<[string, timestamps.Timestamp, string]>([
    ['is written before', timestamps.Timestamp.fromDate(new Date(Date.now() + 3_600_000)), 'written'],
    ['that is over', timestamps.Timestamp.fromDate(new Date(Date.now() - 1_000)), OVER],
    ['that is none', new timestamps.Timestamp().setSeconds(NEVER_S), BAD_REQUEST],
  ])('%s', async (name, deadline, outcome) => {
    const stream = `time ${name}`;
    const request = batchRequest(batchOptions(stream).setDeadline(deadline), [message()]);
    expect(await outcomeOf(request)).toBe(outcome);
    expect(served.store.raw.head(stream) !== undefined).toBe(outcome === 'written');
  });
});

describe('a batch append whose deadline is a duration, as newer clients say it', () => {
  it.each<[string, number, string]>([
    ['is written while it lasts', 3_600, 'written'],
    ['that is over at once', 0, OVER],
    ['that was over before', -1, OVER],
    ['that is none', NEVER_S, BAD_REQUEST],
  ])('%s', async (name, seconds, outcome) => {
    const stream = `duration ${name}`;
    expect(await outcomeOf(lasting(stream, seconds))).toBe(outcome);
    expect(served.store.raw.head(stream) !== undefined).toBe(outcome === 'written');
  });
});

/** The published messages have no field 7: the call sends these bytes as they are, the options behind all else. */
function lasting(stream: string, seconds: number): streams.BatchAppendReq {
  const request = batchRequest(undefined, [message()]);
  const duration = new durations.Duration().setSeconds(seconds).serializeBinary();
  const options = [...batchOptions(stream).serializeBinary(), 0x3a, duration.length, ...duration];
  const bytes = Buffer.from([...request.serializeBinary(), 0x12, options.length, ...options]);
  request.serializeBinary = () => bytes;
  return request;
}
