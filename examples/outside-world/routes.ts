import type { Did, Endpoint } from './endpoint.js';
import { billing } from './services/billing.js';
import { cards } from './services/cards.js';
import { crm } from './services/crm.js';
import { enrichment } from './services/enrichment.js';
import { identity } from './services/identity.js';

export interface Route {
  readonly endpoint: Endpoint;
  readonly path: Readonly<Record<string, string>>;
}

/** Every door of every service, by method and path. */
export class Routes {
  readonly endpoints: readonly Endpoint[];
  readonly #matchers: readonly { readonly endpoint: Endpoint; readonly pattern: RegExp }[];

  constructor(did: Did) {
    this.endpoints = [...crm(did), ...cards(did), ...billing(did), ...identity(did), ...enrichment()];
    this.#matchers = this.endpoints.map((endpoint) => ({
      endpoint,
      pattern: new RegExp(`^${endpoint.path.replace(/\{(\w+)\}/g, '(?<$1>[^/]{1,200})')}$`),
    }));
  }

  find(method: string | undefined, pathname: string): Route | undefined {
    for (const { endpoint, pattern } of this.#matchers) {
      const match = endpoint.method === method ? pattern.exec(pathname) : null;
      if (match !== null) return { endpoint, path: decoded(match.groups ?? {}) };
    }
    return undefined;
  }
}

/** What cannot be decoded stays as it came: no service knows anything of that name. */
function decoded(groups: Readonly<Record<string, string>>): Record<string, string> {
  const values = Object.entries(groups).map(([name, value]) => {
    try {
      return [name, decodeURIComponent(value)];
    } catch {
      return [name, value];
    }
  });
  return Object.fromEntries(values);
}
