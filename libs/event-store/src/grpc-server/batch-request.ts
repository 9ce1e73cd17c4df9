/**
 * A batch append as it comes in. The published messages know its deadline as a time (field 6); newer clients say for how long
 * they wait (a duration, field 7), which those messages pass over, and an append would live on after its caller has left.
 */
import streams from '@eventstore/db-client/generated/streams_pb.js';
import protobuf from 'google-protobuf';
import durations from 'google-protobuf/google/protobuf/duration_pb.js';
import timestamps from 'google-protobuf/google/protobuf/timestamp_pb.js';

const OPTIONS_FIELD = 2;
const DURATION_FIELD = 7;
/** In the wire format: bytes behind their length. */
const DELIMITED = 2;

/** The message, with a duration made a time counted from now. @throws Error the bytes are no such message */
export function readBatchRequest(bytes: Uint8Array): streams.BatchAppendReq {
  const message = streams.BatchAppendReq.deserializeBinary(bytes);
  const options = message.getOptions();
  if (!options || options.hasDeadline()) return message;
  const duration = lastField(lastField(bytes, OPTIONS_FIELD), DURATION_FIELD);
  if (!duration) return message;
  const { seconds, nanos } = durations.Duration.deserializeBinary(duration).toObject();
  const endsAt = new Date(Date.now() + seconds * 1_000 + nanos / 1_000_000);
  options.setDeadline(timestamps.Timestamp.fromDate(endsAt));
  return message;
}

/** Of a field that is there twice the last counts. */
function lastField(message: Uint8Array | undefined, field: number): Uint8Array | undefined {
  if (!message) return undefined;
  const reader = new protobuf.BinaryReader(message);
  let last: Uint8Array | undefined;
  while (reader.nextField()) {
    if (reader.getFieldNumber() === field && reader.getWireType() === DELIMITED) last = reader.readBytes();
    else reader.skipField();
  }
  return last;
}
