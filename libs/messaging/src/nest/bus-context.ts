import { BaseRpcContext } from '@nestjs/microservices';
import type { BusHeaders, BusMessage } from '../bus.js';

/** What a handler gets beside the payload. */
export class BusContext extends BaseRpcContext<[BusMessage, readonly string[]]> {
  get message(): BusMessage {
    return this.args[0];
  }

  get subject(): string {
    return this.message.subject;
  }

  /** Look them up with `header()`, which ignores case. */
  get headers(): BusHeaders {
    return this.message.headers;
  }

  /** What each wildcard of the handler's pattern stands for, in order; `>` gives the rest with its dots. */
  get tokens(): readonly string[] {
    return this.args[1];
  }
}
