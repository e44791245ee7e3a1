'use strict';
/*
 * A directory with users, as a process of its own: node directory-process.js. It prints its port.
 *
 * PUT and DELETE /users/<name>, GET /users and /held. POST /hold/<when> has it answer no PUT any more: `behind` the user is made, or `before`,
 * when only POST /release makes it.
 */
const { createServer } = require('node:http');

const users = new Set();
const waiting = [];
let hold = '';

const server = createServer((request, response) => {
  const [, collection, name = ''] = request.url.split('/');
  const answer = (value) => response.end(JSON.stringify(value ?? null));
  if (collection === 'hold') return answer((hold = name));
  if (collection === 'release') return answer(waiting.splice(0).forEach((user) => users.add(user)));
  if (collection === 'held') return answer(waiting);
  if (request.method === 'GET') return answer([...users].sort());
  if (request.method === 'DELETE') return answer(users.delete(name));
  if (hold === 'before') return void waiting.push(name);
  users.add(name);
  if (hold !== 'behind') answer();
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
