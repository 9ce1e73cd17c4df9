import { ActionApi } from './action-api.js';
import { ActionsApi } from './actions-api.js';
import { AuditApi } from './audit-api.js';
import { type ConnectionOptions, connect } from './connection.js';
import { systemClock } from './platform.js';
import type { ActionLike, Actions } from './typed-actions.js';

export interface DoOptions<A extends Actions> extends ConnectionOptions {
  /** For the type checker only: the actions that may be called, as a list or an object of definitions. */
  readonly actions?: A | undefined;
}

/**
 * A client of action.do.
 * @param apiKey undefined compiles, so that an environment variable can be passed as it is; the first call says so then
 * @throws TypeError an option is malformed
 */
export class Do<const A extends Actions = readonly ActionLike[]> {
  readonly action: ActionApi<A>;
  readonly actions: ActionsApi;
  readonly audit: AuditApi;

  constructor(apiKey?: string, options: DoOptions<A> = {}) {
    const connection = connect(apiKey, options, systemClock);
    this.action = new ActionApi(connection);
    this.actions = new ActionsApi(connection);
    this.audit = new AuditApi(connection);
  }
}
