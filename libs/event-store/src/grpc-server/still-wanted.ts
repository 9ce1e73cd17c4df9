import { setImmediate as nextTurn } from 'node:timers/promises';
import { Metadata } from '@grpc/grpc-js';

interface Call {
  readonly cancelled: boolean;
  getDeadline(): Date | number;
  sendMetadata(metadata: Metadata): void;
}

/**
 * Whether the caller is still there, asked when its request is whole and before anything is written. Who gave up while we
 * were busy or frozen has said so right behind the request, and a call that breaks off in the middle ends as if it were whole:
 * nothing, and no half of it, is written for nobody.
 *
 * The library looks at the connection only when it sends: so the head of the answer, which comes anyway, is sent first.
 */
export async function stillWanted(call: Call): Promise<boolean> {
  await nextTurn();
  call.sendMetadata(new Metadata());
  await nextTurn();
  const deadline = call.getDeadline();
  return !call.cancelled && Date.now() <= (deadline instanceof Date ? deadline.getTime() : deadline);
}
