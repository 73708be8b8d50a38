import type { Node } from '../ast.ts'
import { Fault } from '../errors.ts'
import type { Notes } from '../notes.ts'
import type { Evaluate, Scope } from '../scope.ts'
import { collapse, collapseKeeping } from '../values.ts'
import { buildApply, buildCall, builtinOf } from './call.ts'
import type { Compiler, Position } from './compiler.ts'
import { buildFilters } from './filter.ts'
import { buildGroup, buildObject } from './group.ts'
import { buildLambda, buildPartial } from './lambda.ts'
import { buildBind, buildBlock, buildCondition, buildDescendants, buildName, buildParent, buildVariable, buildWildcard } from './name.ts'
import { buildArray, buildBinary, buildLiteral, buildNegation } from './operator.ts'
import { buildPath } from './path.ts'
import { buildRegex } from './regex.ts'
import { buildSort } from './sort.ts'
import { buildTransform } from './transform.ts'
import { buildTupleBlock, carriesTuples } from './tuple.ts'

/** The compiler of one expression. */
export function createCompiler(source: string, externals: ReadonlySet<string>, notes: Notes): Compiler {
  const compiler: Compiler = {
    source,
    externals,
    notes,
    build(node, scope, position = {}) {
      if (node.type === 'path') return buildPath(node, scope, compiler, position)
      // what stands behind a call makes it no last call
      const behind = node.predicate !== undefined || node.group !== undefined || node.keepArray === true
      const place = behind ? { tuple: position.tuple } : position
      let evaluate = buildFiltered(node, scope, compiler, place)
      if (node.group !== undefined) evaluate = grouped(node, scope, compiler, evaluate)
      if (!behind && isNeverSequence(node, scope, compiler)) return evaluate
      const finish = node.keepArray === true ? collapseKeeping : collapse
      const before = evaluate
      return (input, frame) => finish(before(input, frame))
    },
  }
  return compiler
}

function buildFiltered(node: Node, scope: Scope, compiler: Compiler, position: Position): Evaluate {
  if (node.predicate === undefined) return buildKind(node, scope, compiler, position)
  if (carriesTuples(node)) return buildTupleBlock(node, scope, compiler, position, inner => buildBlock(node, scope, compiler, inner))
  const evaluate = buildKind(node, scope, compiler, {})
  return buildFilters(
    node.predicate.map(stage => stage.expr),
    scope,
    compiler,
    evaluate,
  )
}

function grouped(node: Node, scope: Scope, compiler: Compiler, evaluate: Evaluate): Evaluate {
  const group = buildGroup(node.group ?? { lhs: [] }, scope, compiler)
  return (input, frame) => group(evaluate(input, frame), frame)
}

function buildKind(node: Node, scope: Scope, compiler: Compiler, position: Position): Evaluate {
  switch (node.type) {
    case 'string':
    case 'number':
    case 'value':
      return buildLiteral(node, scope, compiler, position)
    case 'name':
      return buildName(node, scope, compiler, position)
    case 'variable':
      return buildVariable(node, scope, compiler, position)
    case 'binary':
      return buildBinary(node, scope, compiler, position)
    case 'unary':
      if (node.value === '-') return buildNegation(node, scope, compiler, position)
      return node.value === '[' ? buildArray(node, scope, compiler, position) : buildObject(node, scope, compiler, position)
    case 'function':
      return buildCall(node, scope, compiler, position)
    case 'partial':
      return buildPartial(node, scope, compiler, position)
    case 'lambda':
      return buildLambda(node, scope, compiler, position)
    case 'apply':
      return buildApply(node, scope, compiler, position)
    case 'block':
      return buildBlock(node, scope, compiler, position)
    case 'condition':
      return buildCondition(node, scope, compiler, position)
    case 'bind':
      return buildBind(node, scope, compiler, position)
    case 'wildcard':
      return buildWildcard(node, scope, compiler, position)
    case 'descendant':
      return buildDescendants(node, scope, compiler, position)
    case 'parent':
      return buildParent(node, scope, compiler, position)
    case 'regex':
      return buildRegex(node, scope, compiler, position)
    case 'transform':
      return buildTransform(node, scope, compiler, position)
    case 'sort':
      return buildSort(node, scope, compiler)
    default:
      throw new Fault('S0206', { position: node.position })
  }
}

/** Kinds of node whose result no collapse would change. */
function isNeverSequence(node: Node, scope: Scope, compiler: Compiler): boolean {
  switch (node.type) {
    case 'string':
    case 'number':
    case 'value':
    case 'unary':
    case 'regex':
    case 'lambda':
    case 'partial':
    case 'transform':
      return true
    case 'binary':
      return node.value !== '..'
    case 'function':
      return builtinOf(node.procedure, scope, compiler)?.sequence === undefined && builtinOf(node.procedure, scope, compiler) !== undefined
    default:
      return false
  }
}
