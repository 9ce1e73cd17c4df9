import type { CatalogueVersion } from '@action-do/contracts';

/** Actions that one document holds: what generators and readers still bear. */
export const ACTIONS_MAX = 500;
/** Characters of schemas likewise. */
const SCHEMAS_LENGTH_MAX = 4_000_000;

/** What documents tell of a version. */
export type OfferedVersion = Pick<
  CatalogueVersion,
  'name' | 'version' | 'description' | 'policy' | 'target' | 'paramsJsonSchema' | 'resultJsonSchema'
>;

export interface OfferedVersions {
  readonly versions: readonly OfferedVersion[];
  /** Whether these are all. */
  readonly complete: boolean;
}

/** One version of each action, as many as one document takes. @param given of several of an action the first counts */
export function fittingVersions(given: OfferedVersions): OfferedVersions {
  const versions = new Map<string, OfferedVersion>();
  let left = SCHEMAS_LENGTH_MAX;
  for (const version of given.versions) {
    if (versions.has(version.name)) continue;
    left -= JSON.stringify([version.paramsJsonSchema, version.resultJsonSchema]).length;
    if (versions.size >= ACTIONS_MAX || left < 0)
      return { versions: [...versions.values()], complete: false };
    versions.set(version.name, version);
  }
  return { versions: [...versions.values()], complete: given.complete };
}
