export { LostAnswers } from './lost-answers';
export { incomingOf } from './received-request';
export { Replica } from './replica-room';
