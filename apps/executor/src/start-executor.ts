import 'reflect-metadata';
import { EXECUTOR_QUEUE, problem } from '@action-do/contracts';
import { type Bus } from '@action-do/messaging';
import { BusServer, PassErrorsFilter } from '@action-do/messaging/nest';
import { tellServedLog } from '@action-do/service-kit';
import { NestFactory } from '@nestjs/core';
import type { MicroserviceOptions } from '@nestjs/microservices';
import { errorAnswer } from './bus/error-answer.js';
import { encodeProblem } from './execution/encode-answer.js';
import type { Executor } from './executor.js';
import { ExecutorModule } from './executor.module.js';

/** Puts an executor on the bus. Closing takes no new commands and lets those under way be answered. */
export async function startExecutor(executor: Executor, bus: Bus): Promise<{ close(): Promise<void> }> {
  const strategy = new BusServer({
    bus,
    queue: EXECUTOR_QUEUE,
    errorAnswer: errorAnswer(executor.logger),
    // With the headers of an error: without them a gateway would take it for a result. It may come behind an append.
    lastResort: encodeProblem(problem('INTERNAL', { effect: 'unknown' }), 'rejected', {}),
  });
  const app = await NestFactory.createMicroservice<MicroserviceOptions>(ExecutorModule.register(executor), {
    strategy,
    // Everything that fails here is thrown or answered; Nest's own lines would stand between our JSON lines.
    logger: false,
    abortOnError: false,
  });
  app.useGlobalFilters(new PassErrorsFilter());
  await app.listen();
  const stopTelling = tellServedLog(bus, executor.log.logId);
  return {
    close: () => {
      stopTelling();
      return app.close();
    },
  };
}
