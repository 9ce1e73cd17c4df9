/** Answers to batch appends: one a correlation id; errors are typed messages inside a successful call. */
import shared from '@eventstore/db-client/generated/shared_pb.js';
import status from '@eventstore/db-client/generated/status_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import any from 'google-protobuf/google/protobuf/any_pb.js';
import empty from 'google-protobuf/google/protobuf/empty_pb.js';
import { APPEND_DATA_BYTES_MAX, type Expected, type Refused, type Written } from './append-outcome.js';

/** The codes that a real server uses here; clients look at the type of the detail only. */
const CODES = {
  'wrong-revision': 6,
  'stream-deleted': 5,
  'access-denied': 7,
  'too-large': 3,
  'bad-request': 3,
  unknown: 4,
  busy: 4,
} as const;

export interface Asked {
  readonly correlationId: shared.UUID | undefined;
  readonly identifier: shared.StreamIdentifier | undefined;
  readonly expected: Expected | undefined;
}

export function batchSuccess(asked: Asked, { revision, position }: Written): streams.BatchAppendResp {
  const success = new streams.BatchAppendResp.Success();
  if (revision === undefined) success.setNoStream(new empty.Empty());
  else success.setCurrentRevision(revision.toString());
  if (position === undefined) success.setNoPosition(new empty.Empty());
  else {
    const place = new shared.AllStreamPosition();
    place.setCommitPosition(position.toString());
    place.setPreparePosition(position.toString());
    success.setPosition(place);
  }
  return answerTo(asked).setSuccess(success);
}

export function batchFailure(asked: Asked, refused: Refused): streams.BatchAppendResp {
  const [name, detail, message] = detailOf(asked, refused);
  const packed = new any.Any();
  packed.pack(detail.serializeBinary(), `event_store.client.${name}`);
  const failure = new status.Status();
  failure.setCode(CODES[refused.kind]);
  failure.setMessage(message);
  failure.setDetails(packed);
  return answerTo(asked).setError(failure);
}

function answerTo({ correlationId, identifier, expected }: Asked): streams.BatchAppendResp {
  const answer = new streams.BatchAppendResp();
  answer.setCorrelationId(correlationId);
  answer.setStreamIdentifier(identifier);
  if (typeof expected === 'bigint') answer.setStreamPosition(expected.toString());
  else if (expected === 'any') answer.setAny(new empty.Empty());
  else if (expected === 'no-stream') answer.setNoStream(new empty.Empty());
  else if (expected === 'stream-exists') answer.setStreamExists(new empty.Empty());
  return answer;
}

type Detail = { serializeBinary(): Uint8Array };

function detailOf(asked: Asked, refused: Refused): [name: string, detail: Detail, message: string] {
  switch (refused.kind) {
    case 'wrong-revision':
      return ['WrongExpectedVersion', wrongRevision(asked.expected, refused.actual), 'WrongExpectedVersion'];
    case 'stream-deleted': {
      const detail = new shared.StreamDeleted();
      detail.setStreamIdentifier(asked.identifier);
      return ['StreamDeleted', detail, 'StreamDeleted'];
    }
    case 'access-denied':
      return ['AccessDenied', new shared.AccessDenied(), refused.detail];
    case 'too-large': {
      const detail = new shared.MaximumAppendSizeExceeded();
      detail.setMaxappendsize(APPEND_DATA_BYTES_MAX);
      return ['MaximumAppendSizeExceeded', detail, 'MaximumAppendSizeExceeded'];
    }
    case 'bad-request': {
      const detail = new shared.BadRequest();
      detail.setMessage(refused.detail);
      return ['BadRequest', detail, 'BadRequest'];
    }
    case 'unknown':
    case 'busy':
      return ['Timeout', new shared.Timeout(), refused.detail];
  }
}

function wrongRevision(expected: Expected | undefined, actual: bigint | undefined): Detail {
  const detail = new shared.WrongExpectedVersion();
  if (actual === undefined) detail.setCurrentNoStream(new empty.Empty());
  else detail.setCurrentStreamRevision(actual.toString());
  if (typeof expected === 'bigint') detail.setExpectedStreamPosition(expected.toString());
  else if (expected === 'no-stream') detail.setExpectedNoStream(new empty.Empty());
  else if (expected === 'stream-exists') detail.setExpectedStreamExists(new empty.Empty());
  else detail.setExpectedAny(new empty.Empty());
  return detail;
}
