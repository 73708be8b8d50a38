import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { RabbitServer } from './rabbitmq.ts'

/** Asks a broker how many messages a queue has: those that are handed out and not acknowledged too, which AMQP itself does not tell. */
export interface MessageCounter extends AsyncDisposable {
  /** Rejects where there is no such queue. */
  count(queue: string): Promise<number>
}

/** One node beside the broker's for all questions: `rabbitmqctl` would start one for each, and take seconds. */
export function startCounter({ node }: Pick<RabbitServer, 'node'>): MessageCounter {
  const name = `count-${process.pid}-${made++}@localhost`
  const env = { PATH: process.env['PATH'] ?? '', HOME: node.home, ERL_CRASH_DUMP_SECONDS: '0' }
  const flags = ['-noshell', '-hidden', '-sname', name, '-eval', program(node.name)]
  const helper = spawn('erl', flags, { env, stdio: ['pipe', 'pipe', 'inherit'] })
  const waiting: { resolve(count: number): void; reject(error: Error): void }[] = []
  createInterface({ input: helper.stdout }).on('line', line => {
    const next = waiting.shift()
    if (/^\d+$/.test(line)) next?.resolve(Number(line))
    else next?.reject(new Error(`counting messages: ${line}`))
  })
  helper.on('exit', () => {
    for (const { reject } of waiting.splice(0)) reject(new Error('counting messages: the helper ended'))
  })
  return {
    count: queue =>
      new Promise((resolve, reject) => {
        waiting.push({ resolve, reject })
        helper.stdin.write(`${queue}\n`)
      }),
    async [Symbol.asyncDispose]() {
      if (helper.exitCode !== null) return
      const gone = new Promise(resolve => helper.once('exit', resolve))
      helper.stdin.end()
      await gone
    },
  }
}

let made = 0

/** A line is the name of a queue; the answer is a line with the number. */
const program = (node: string): string => `
  Node = '${node}',
  Count = fun(Name) ->
    {ok, Queue} = rpc:call(Node, rabbit_amqqueue, lookup, [{resource, <<"/">>, queue, Name}]),
    case rpc:call(Node, amqqueue, get_type, [Queue]) of
      rabbit_quorum_queue ->
        Pid = rpc:call(Node, amqqueue, get_pid, [Queue]),
        {ok, Found, _} = rpc:call(Node, ra, consistent_query, [Pid, fun rabbit_fifo:query_messages_total/1]),
        Found;
      _ ->
        [{messages, Found}] = rpc:call(Node, rabbit_amqqueue, info, [Queue, [messages]]),
        Found
    end
  end,
  Loop = fun Next() ->
    case io:get_line("") of
      eof -> halt();
      Line ->
        try io:format("~w~n", [Count(list_to_binary(string:trim(Line)))]) catch _:Why -> io:format("~0p~n", [Why]) end,
        Next()
    end
  end,
  Loop().`
