import type { TenantName } from '@action-do/contracts';
import type { MasterKey } from '../tenant/master-key.js';

/** The version that a service performs. */
export interface OfVersion {
  readonly tenant: TenantName;
  readonly name: string;
  readonly version: number;
}

const bindingOf = ({ tenant, name, version }: OfVersion): string =>
  `the secret of action ${tenant}.${name}.v${version}`;

/** What signs the requests for a version, as it is kept in the log. @param secret `whsec_` and base64 */
export const wrapSecret = (masterKey: MasterKey, of: OfVersion, secret: string): string =>
  masterKey.wrap(Buffer.from(secret), bindingOf(of));

/** @throws MasterKeyError another key wrapped it, or it is of another version */
export const unwrapSecret = (masterKey: MasterKey, of: OfVersion, wrapped: string): string =>
  masterKey.unwrap(wrapped, bindingOf(of)).toString();
