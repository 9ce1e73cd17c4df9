import type { JsonObject, JsonValue } from '@action-do/contracts';
import { embeddedSchema } from './embedded-schema.js';
import type { OfferedVersion } from './fitting-versions.js';

/** What cannot be said in a document of others, for all that it says of the values. */
const UNSAID = 'Its schema refers beyond itself: see GET /v1/actions/{name}.';

/** No name of the platform's own schemas has a dot. */
export const componentName = ({ name }: Pick<OfferedVersion, 'name'>, part: string): string =>
  `${name}.${part}`;

/** The schemas of a version as components of a document. @param place where a component's schema is to be found */
export function actionSchemas(
  version: OfferedVersion,
  place?: (component: string) => string,
): Record<string, JsonValue> {
  const part = (name: string, schema: JsonObject, otherwise: JsonObject) =>
    embeddedSchema(name, schema, place) ?? { [name]: { ...otherwise, description: UNSAID } };
  return {
    ...part(componentName(version, 'params'), version.paramsJsonSchema, { type: 'object' }),
    ...part(componentName(version, 'result'), version.resultJsonSchema, {}),
  };
}
