"""A scripted Modal: the part of its control plane that the real client talks to here, over real gRPC on a port.

By default a call runs the function of exports.modal_app in a thread, as a container would; a test may say otherwise.
"""

import asyncio
import contextlib
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import grpclib.server
from grpclib import GRPCError, Status
from modal._serialization import deserialize, serialize
from modal._utils.grpc_testing import patch_mock_servicer
from modal_proto import api_grpc, api_pb2

from exports import modal_app
from exports.far import container

Result = api_pb2.GenericResult
METHODS = {
    "ClientHello",
    "AuthTokenGet",
    "FunctionGet",
    "FunctionMap",
    "FunctionGetOutputs",
    "FunctionCallCancel",
}


@patch_mock_servicer
class ControlPlane(api_grpc.ModalClientBase):
    def __init__(self) -> None:
        self.port = 0
        self.calls: dict[str, dict[str, Any]] = {}  # by id: function, order_url, result once there is one
        self.cancelled: list[str] = []
        self.refuses: dict[str, GRPCError] = {}  # by method: what it answers instead
        self.asked: list[str] = []  # methods, in the order of their calls
        self.hangs: set[str] = set()  # methods that accept the call and never answer
        self.loses_replies = False
        self.runs: Callable[[str, str], Any] | None = run_function

    # --- What a test says ---

    def end(self, call_id: str, result: Any) -> None:
        """The call has this output: an envelope, or a GenericResult."""
        if not isinstance(result, Result):
            result = Result(status=Result.GENERIC_STATUS_SUCCESS, data=serialize(result))
        self.calls[call_id]["result"] = result

    def expire(self, call_id: str) -> None:
        self.calls[call_id]["expired"] = True

    # --- What the client asks ---

    async def ClientHello(self, stream: Any) -> None:
        await stream.recv_message()
        await self._script("ClientHello")
        await stream.send_message(api_pb2.ClientHelloResponse())

    async def AuthTokenGet(self, stream: Any) -> None:
        await stream.recv_message()
        await self._script("AuthTokenGet")
        await stream.send_message(api_pb2.AuthTokenGetResponse(token="x"))

    async def FunctionGet(self, stream: Any) -> None:
        request = await stream.recv_message()
        await self._script("FunctionGet")
        metadata = api_pb2.FunctionHandleMetadata(
            function_name=request.object_tag, function_type=api_pb2.Function.FUNCTION_TYPE_FUNCTION
        )
        function_id = f"fu-{request.object_tag}"
        ranked = [api_pb2.FunctionData.RankedFunction(rank=0, function=api_pb2.Function())]
        await stream.send_message(
            api_pb2.FunctionGetResponse(
                function_id=function_id,
                handle_metadata=metadata,
                function=api_pb2.FunctionData(ranked_functions=ranked),
            )
        )

    async def FunctionMap(self, stream: Any) -> None:
        request = await stream.recv_message()
        if "FunctionMap" in self.refuses:
            raise self.refuses["FunctionMap"]
        call_id = f"fc-{len(self.calls) + 1}"
        item = request.pipelined_inputs[0]
        assert not item.input.args_blob_id, "arguments over 8 KiB"
        (order_url,), _ = deserialize(item.input.args, None)
        self.calls[call_id] = {"function": request.function_id, "order_url": order_url}
        if self.runs is not None:
            name = request.function_id.removeprefix("fu-")
            threading.Thread(target=self._run, args=(call_id, name, order_url), daemon=True).start()
        await self._script("FunctionMap")
        if self.loses_replies:
            raise GRPCError(Status.UNAVAILABLE, "the line broke")
        answer = api_pb2.FunctionPutInputsResponseItem(idx=0, input_id="in-1", input_jwt="jwt")
        await stream.send_message(
            api_pb2.FunctionMapResponse(function_call_id=call_id, pipelined_inputs=[answer])
        )

    async def FunctionGetOutputs(self, stream: Any) -> None:
        request = await stream.recv_message()
        await self._script("FunctionGetOutputs")
        call = self.calls.get(request.function_call_id)
        if call is None:
            raise GRPCError(Status.NOT_FOUND, "no such call")
        answer = api_pb2.FunctionGetOutputsResponse(num_unfinished_inputs=1)
        if call.get("expired"):
            answer = api_pb2.FunctionGetOutputsResponse(num_unfinished_inputs=0)
        elif "result" in call:
            kind = api_pb2.DATA_FORMAT_PICKLE
            output = api_pb2.FunctionGetOutputsItem(idx=0, result=call["result"], data_format=kind)
            answer = api_pb2.FunctionGetOutputsResponse(outputs=[output], num_unfinished_inputs=0)
        await stream.send_message(answer)

    async def FunctionCallCancel(self, stream: Any) -> None:
        request = await stream.recv_message()
        await self._script("FunctionCallCancel")
        if request.function_call_id not in self.calls:
            raise GRPCError(Status.NOT_FOUND, "no such call")
        self.cancelled.append(request.function_call_id)
        from google.protobuf.empty_pb2 import Empty

        await stream.send_message(Empty())

    async def _script(self, method: str) -> None:
        self.asked.append(method)
        if method in self.hangs:
            await asyncio.sleep(3600)
        if method in self.refuses:
            raise self.refuses[method]

    def _run(self, call_id: str, name: str, order_url: str) -> None:
        assert self.runs is not None
        try:
            self.end(call_id, self.runs(name, order_url))
        except Exception as error:  # a function that raises has an end too
            self.end(call_id, Result(status=Result.GENERIC_STATUS_FAILURE, exception=repr(error)))


def run_function(name: str, order_url: str) -> Any:
    """The entry point that Modal calls."""
    return getattr(modal_app, name).local(order_url)


def delivering(film: Path) -> Callable[[str, str], Any]:
    """A container that needs no time to render: it delivers a finished film. All else is what ours does."""

    def deliver(order: dict[str, Any], folder: Path, **_: Any) -> dict[str, Any]:
        container.deliver(film, order["output_url"])
        return {"ok": True}

    return lambda name, order_url: container.export(order_url, gpu="T4", work=deliver)


@contextlib.contextmanager
def serving() -> Iterator[ControlPlane]:
    """A control plane on a free port, in a thread with a loop of its own."""
    plane, loop = ControlPlane(), asyncio.new_event_loop()
    ready = threading.Event()
    server: list[Any] = []

    async def start() -> None:
        server.append(grpclib.server.Server([plane]))
        await server[0].start("127.0.0.1", 0)
        plane.port = server[0]._server.sockets[0].getsockname()[1]
        ready.set()

    def run() -> None:
        asyncio.set_event_loop(loop)
        loop.run_until_complete(start())
        loop.run_forever()
        if left := asyncio.all_tasks(loop):
            for task in left:
                task.cancel()
            loop.run_until_complete(asyncio.wait(left, timeout=1))

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    assert ready.wait(10)
    try:
        yield plane
    finally:
        loop.call_soon_threadsafe(server[0].close)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(5)
