import subprocess
import sys

LARGE = "('pandas', 'networkx', 'scipy.spatial')"


def run(code: str) -> str:
    return subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.strip()


def test_a_place_loads_without_the_large_libraries_and_gets_them_when_asked():
    code = f"""
import sys
from sim.core.light_mesa import mesa
import sim.place
print([name for name in {LARGE} if name in sys.modules])
model = mesa.Model()
collector = mesa.DataCollector(model_reporters={{"two": lambda model: 2}})
collector.collect(model)
print(collector.get_model_vars_dataframe()["two"].tolist())
import pandas, networkx, scipy.spatial.distance
print(pandas.Series([1]).sum(), networkx.Graph().order(), scipy.spatial.distance.cdist([[0.0]], [[3.0]])[0, 0])
from mesa.experimental.continuous_space import continuous_space
print(continuous_space.cdist([[0.0]], [[3.0]])[0, 0])
"""
    assert run(code).splitlines() == ["[]", "[2]", "1 0 3.0", "3.0"]


def test_libraries_that_are_loaded_already_stay_as_they_are():
    code = """
import pandas
from sim.core.light_mesa import mesa
import mesa.datacollection
print(mesa.datacollection.pd is pandas)
"""
    assert run(code) == "True"


def test_loggers_of_mesa_keep_their_names_and_python_its_inspection_of_frames():
    code = """
import inspect
whole = inspect.getouterframes
from sim.core.light_mesa import mesa
print(inspect.getouterframes is whole)
print(mesa.model._mesa_logger.name, sorted(mesa.mesa_logging._module_loggers))
"""
    assert run(code).splitlines() == ["True", "MESA.mesa.model ['mesa.mesa_logging', 'mesa.model']"]
