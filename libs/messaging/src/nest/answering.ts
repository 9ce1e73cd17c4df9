import type { LoggerService } from '@nestjs/common';
import type { MessageHandler } from '@nestjs/microservices';
import type { BusMessage } from '../bus.js';
import { type BusAnswer, ended, firstValue, isBusAnswer } from './bus-answer.js';
import type { BusContext } from './bus-context.js';

export interface AnsweringMeans {
  readonly errorAnswer: (error: unknown, message: BusMessage) => BusAnswer;
  readonly lastResort: BusAnswer;
  readonly logger: Pick<LoggerService, 'error'>;
}

/** Runs one handler on one message to its end. Nothing that it calls can make it throw or reject (N1, N2). */
export class Answering {
  constructor(private readonly means: AnsweringMeans) {}

  async handle(handler: MessageHandler, context: BusContext): Promise<void> {
    const { message } = context;
    try {
      const outcome: unknown = await handler(message.payload, context);
      if (handler.isEventHandler) {
        await ended(outcome);
        return;
      }
      const answer = await firstValue(outcome);
      if (!message.wantsReply) return;
      if (!isBusAnswer(answer))
        throw new TypeError(`the handler of ${message.subject} returned no BusAnswer`);
      message.respond(answer.payload, answer.headers);
    } catch (error) {
      this.fail(error, handler, message);
    }
  }

  fail(error: unknown, handler: MessageHandler, message: BusMessage): void {
    if (handler.isEventHandler || !message.wantsReply) {
      this.#log(error);
      return;
    }
    const { errorAnswer, lastResort } = this.means;
    const respond = ({ payload, headers }: BusAnswer): void => message.respond(payload, headers);
    if (this.attempt(() => respond(errorAnswer(error, message)))) return;
    this.attempt(() => respond(lastResort));
  }

  /** @returns whether `act` went well; otherwise the log has it */
  attempt(act: () => void): boolean {
    try {
      act();
      return true;
    } catch (error) {
      this.#log(error);
      return false;
    }
  }

  #log(error: unknown): void {
    try {
      this.means.logger.error(error);
    } catch {
      // A log that fails must not end the handling of a message.
    }
  }
}
