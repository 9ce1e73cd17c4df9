import { type DynamicModule, Module } from '@nestjs/common';
import { AccessController } from './bus/access.controller.js';
import { ExecutionsController } from './bus/executions.controller.js';
import { Executor } from './executor.js';

/** The executor's subjects over an executor that was put together elsewhere. */
@Module({})
// biome-ignore lint/complexity/noStaticOnlyClass: Nest's dynamic modules are classes
export class ExecutorModule {
  static register(executor: Executor): DynamicModule {
    return {
      module: ExecutorModule,
      controllers: [ExecutionsController, AccessController],
      providers: [{ provide: Executor, useValue: executor }],
    };
  }
}
