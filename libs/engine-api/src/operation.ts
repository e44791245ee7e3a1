/** What a request does to its path. `create` is an `update` of something that is not there yet. */
export type Operation = 'create' | 'read' | 'update' | 'patch' | 'delete' | 'list' | 'help';
