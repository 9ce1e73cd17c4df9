import type { KeyDigest, TenantName } from '@action-do/contracts';
import { ConfigError } from '@action-do/service-kit';
import type { ApiKeys } from '../access/api-keys.js';

/**
 * Sees to it that somebody can call. The log holds a key already, or the operator made one and tells its digest: no
 * executor makes one by itself, for several start at once, and whose key would it be?
 * @throws ConfigError nobody could call  @throws RootKeyDiffers @throws StoreUnavailable, AppendUnknown
 */
export async function insistOnKey(
  apiKeys: ApiKeys,
  tenant: TenantName,
  rootKey: KeyDigest | undefined,
): Promise<void> {
  if (rootKey === undefined) {
    if (await apiKeys.hasKey(tenant)) return;
    throw new ConfigError([
      `DO_ROOT_KEY_DIGEST is not set, and the log holds no API key of tenant ${tenant}: nobody could call. ` +
        `Make a key with: ado keys bootstrap --tenant ${tenant}`,
    ]);
  }
  if (rootKey.tenant !== tenant)
    throw new ConfigError([
      `DO_ROOT_KEY_DIGEST is of a key of tenant ${rootKey.tenant}, and DO_TENANT is ${tenant}. ` +
        `Make a key with: ado keys bootstrap --tenant ${tenant}`,
    ]);
  await apiKeys.ensureKey(rootKey, tenant);
}
