const LOOPS = new Set(['WhileStatement', 'DoWhileStatement', 'ForStatement', 'ForOfStatement', 'ForInStatement']);
const FUNCTIONS = new Set(['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression']);
const MODULES = /^(node:)?timers(\/promises)?$/;

/** Of `f` and `timers.f`: `f`. */
const nameOf = (node) => (node?.type === 'MemberExpression' ? node.property.name : node?.name);

/** Of `f` and `this.f`: what a function can call itself by. */
const ownNameOf = (node) =>
  node?.type === 'MemberExpression' && node.object.type !== 'ThisExpression' ? undefined : nameOf(node);

/** Its own, or that of the method, field or variable that holds it. */
const nameOfFunction = ({ id, parent }) => nameOf(id ?? parent.key ?? parent.id ?? parent.left);

/** A promise's executor runs where it stands. */
const isExecutor = ({ parent }) => parent.type === 'NewExpression' && nameOf(parent.callee) === 'Promise';

function* above(node) {
  for (let { parent } = node; parent; { parent } = parent) yield parent;
}

function isInLoop(node) {
  for (const ancestor of above(node)) {
    if (LOOPS.has(ancestor.type)) return true;
    if (FUNCTIONS.has(ancestor.type) && !isExecutor(ancestor)) return false;
  }
  return false;
}

function calls(node, name) {
  if (node === null || typeof node !== 'object') return false;
  if (node.type === 'CallExpression' && [node.callee, ...node.arguments].some((each) => ownNameOf(each) === name))
    return true;
  return Object.entries(node).some(([key, value]) => key !== 'parent' && calls(value, name));
}

/** Whether a function around it comes back to itself. */
function comesBack(node) {
  const around = [...above(node)].filter(({ type }) => FUNCTIONS.has(type));
  return around.some((each) => {
    const name = nameOfFunction(each);
    return name !== undefined && calls(each.body, name);
  });
}

/** What recurs is a task of a part (CONTRIBUTING.md): no interval, no timer that is set anew by what it calls, no loop that sleeps. */
export default {
  meta: {
    type: 'problem',
    schema: [],
    messages: {
      recurs:
        'What recurs is a task of a part (libs/core/runtime). A call that waits for something and gives up by itself says so: eslint-disable-next-line … -- why',
    },
  },
  create(context) {
    /** What a timer is called here: its name in the module. */
    const timers = new Map([
      ['setInterval', 'setInterval'],
      ['setTimeout', 'setTimeout'],
    ]);
    return {
      ImportDeclaration({ source, specifiers }) {
        if (!MODULES.test(source.value)) return;
        for (const { local, imported } of specifiers) if (imported) timers.set(local.name, imported.name);
      },
      CallExpression(node) {
        const timer = timers.get(nameOf(node.callee));
        if (timer === 'setInterval' || (timer === 'setTimeout' && (isInLoop(node) || comesBack(node))))
          context.report({ node, messageId: 'recurs' });
      },
    };
  },
};
