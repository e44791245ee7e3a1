import {
  EnginePart,
  type EngineRequest,
  type EngineResponse,
  LogLevelService,
  OnPath,
  param,
  StringField,
} from '@tidelock/engine-api';
import { notFound } from '@tidelock/kernel';
import { SystemEngine } from '../engine/system-engine';

class LevelBody {
  @StringField({ required: 'level is required', description: 'trace, debug, info, warn or error.' }) level = '';
}

/** `sys/loggers` (API page "sys/loggers"): levels of this node's log, until it is started again. */
@EnginePart(SystemEngine)
export class LoggersPaths {
  constructor(private readonly loggers: LogLevelService) {}

  @OnPath('read', 'loggers', { localOnly: true, help: 'The level of every logger.' })
  async read(): Promise<EngineResponse> {
    return { data: { ...this.loggers.levels() } };
  }

  @OnPath('read', 'loggers/:name', { localOnly: true, help: 'The level of one logger.' })
  async readOne(request: EngineRequest): Promise<EngineResponse> {
    const name = param(request, 'name');
    const levels = this.loggers.levels();
    if (!Object.hasOwn(levels, name)) throw notFound();
    return { data: { [name]: levels[name] } };
  }

  @OnPath('update', 'loggers/:name', { body: LevelBody, localOnly: true, help: 'Sets the level of one logger.' })
  @OnPath('update', 'loggers', { body: LevelBody, localOnly: true, help: 'Sets the level of every logger.' })
  async set({ body, params }: EngineRequest<LevelBody>): Promise<undefined> {
    this.loggers.set(body.level, params['name']);
  }

  @OnPath('delete', 'loggers/:name', { localOnly: true, help: 'Has one logger at the configured level again.' })
  @OnPath('delete', 'loggers', { localOnly: true, help: 'Has every logger at the configured level again.' })
  async reset({ params }: EngineRequest): Promise<undefined> {
    this.loggers.reset(params['name']);
  }
}
