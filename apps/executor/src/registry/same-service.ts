import type { HttpTarget } from '@action-do/contracts';
import { type OfVersion, unwrapSecret } from '../http/secret.js';
import type { MasterKey } from '../tenant/master-key.js';

/** Whether it is the service that is recorded, with the same secret: wrapped again, that would look like another one. */
export const sameService = (
  masterKey: MasterKey,
  of: OfVersion,
  recorded: HttpTarget,
  given: { readonly url: string; readonly secret: string },
): boolean =>
  recorded.url === given.url && unwrapSecret(masterKey, of, recorded.secretWrapped) === given.secret;
