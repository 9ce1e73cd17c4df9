/** The bare protocol, for what the official client never sends. */
import shared from '@eventstore/db-client/generated/shared_pb.js';
import services from '@eventstore/db-client/generated/streams_grpc_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import { type ClientReadableStream, credentials, type ServiceError } from '@grpc/grpc-js';

export const rawClient = (port: number) =>
  new services.StreamsClient(`127.0.0.1:${port}`, credentials.createInsecure(), {
    // Else all clients of a process share one connection.
    'grpc.use_local_subchannel_pool': 1,
  });
export type RawClient = ReturnType<typeof rawClient>;

export const nothing = (): shared.Empty => new shared.Empty();
export const identifier = (name: string | Uint8Array): shared.StreamIdentifier =>
  new shared.StreamIdentifier().setStreamName(typeof name === 'string' ? Buffer.from(name) : name);
export const uuid = (text: string): shared.UUID => new shared.UUID().setString(text);

/** What the server answered, and how it ended. */
export interface Ended<A> {
  readonly answers: A[];
  readonly error: ServiceError | undefined;
}

/** @param enough ends a call that would not end by itself */
export function untilEnd<A>(
  call: Pick<ClientReadableStream<A>, 'on' | 'cancel'>,
  enough: (answers: readonly A[]) => boolean = () => false,
): Promise<Ended<A>> {
  const answers: A[] = [];
  return new Promise((resolve) => {
    call.on('data', (answer: A) => {
      answers.push(answer);
      if (enough(answers)) call.cancel();
    });
    call.on('error', (error: ServiceError) => resolve({ answers, error }));
    call.on('end', () => resolve({ answers, error: undefined }));
  });
}

/** A read of `$all` or of a stream, to be bent out of shape. */
export function readOptions(stream?: string): streams.ReadReq.Options {
  const options = new streams.ReadReq.Options();
  if (stream === undefined) {
    const all = new streams.ReadReq.Options.AllOptions();
    options.setAll(all.setStart(nothing()));
  } else {
    const one = new streams.ReadReq.Options.StreamOptions();
    options.setStream(one.setStreamIdentifier(identifier(stream)).setStart(nothing()));
  }
  const ids = new streams.ReadReq.Options.UUIDOption();
  return options.setCount('1000').setNoFilter(nothing()).setUuidOption(ids.setString(nothing()));
}

export const readRequest = (options?: streams.ReadReq.Options): streams.ReadReq =>
  options ? new streams.ReadReq().setOptions(options) : new streams.ReadReq();

export interface FilterWords {
  readonly on: 'stream' | 'type';
  readonly regex?: string;
  readonly prefixes?: string[];
  readonly window?: number;
  readonly multiplier?: number;
}

export function filter({ on, regex, prefixes, window, multiplier = 1 }: FilterWords) {
  const options = new streams.ReadReq.Options.FilterOptions();
  const expression = new streams.ReadReq.Options.FilterOptions.Expression();
  if (regex !== undefined) expression.setRegex(regex);
  if (prefixes !== undefined) expression.setPrefixList(prefixes);
  if (on === 'stream') options.setStreamIdentifier(expression);
  else options.setEventType(expression);
  if (window === undefined) options.setCount(nothing());
  else options.setMax(window);
  return options.setCheckpointintervalmultiplier(multiplier);
}
